/** What two sequences have under one key; one side is missing where only the other has it. */
export interface Pair<Left, Right> {
  readonly key: string;
  readonly left: Left | undefined;
  readonly right: Right | undefined;
}

/**
 * Goes through two sequences that are sorted by the same key, both at one time, and holds no more of them than the next
 * item of each.
 */
export async function* inStep<Left, Right>(
  lefts: AsyncGenerator<Left>,
  rights: AsyncGenerator<Right>,
  keyOf: (item: Left | Right) => string,
): AsyncGenerator<Pair<Left, Right>> {
  let left = await lefts.next();
  let right = await rights.next();
  while (!left.done || !right.done) {
    const leftKey = left.done ? undefined : keyOf(left.value);
    const rightKey = right.done ? undefined : keyOf(right.value);
    const key = lower(leftKey, rightKey);
    const [takesLeft, takesRight] = [leftKey === key, rightKey === key];
    yield {
      key,
      left: takesLeft && !left.done ? left.value : undefined,
      right: takesRight && !right.done ? right.value : undefined,
    };
    if (takesLeft) left = await lefts.next();
    if (takesRight) right = await rights.next();
  }
}

function lower(one: string | undefined, other: string | undefined): string {
  if (one === undefined || other === undefined) return one ?? other ?? "";
  return one < other ? one : other;
}
