/**
 * Does `work` for each item, so many at a time, and returns what came of each in order. The first failure is thrown, and no
 * further item begins.
 */
export async function mapAtOnce<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = inTurn(items);
  const takeTurns = async () => {
    for (const [place, item] of left) results[place] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, takeTurns));
  return results;
}

/** A generator ends for all who take turns when one of them leaves its loop by a failure; an array's iterator would not. */
function* inTurn<Item>(items: readonly Item[]): Generator<[number, Item]> {
  yield* items.entries();
}
