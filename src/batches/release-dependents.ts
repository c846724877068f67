import { againOnConflict } from "../platform/again-on-conflict.ts";
import { mapAtOnce } from "../platform/at-once.ts";
import type { Row } from "../platform/tables.ts";
import { askGate } from "./ask-gate.ts";
import type { GateAnswer } from "./ask-gate.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { commitEnd } from "./end-item.ts";
import type { ItemStore, StoredItem } from "./item-store.ts";
import type { Item, Links } from "./item.ts";
import { activeMark } from "./marks.ts";
import { rerunIfChanged } from "./rerun-item.ts";
import { startItem } from "./start-item.ts";
import type { Origin } from "./start-item.ts";

/** Items that change in one transaction, each with a mark: a hundred rows are the most. */
export const ITEMS_AT_ONCE = 40;
const AT_ONCE = 8;

/**
 * Whose turn it is at what follows from an end. `first`: nobody was at it before. `repeat`: somebody was, and may have died:
 * what is released already is seen to as well. `later`: all that followed from the item's end is done, and a later
 * operation of its job has ended, which somebody asked of the job itself: what has ended stays as it is.
 */
export type Turn = "first" | "repeat" | "later";

export interface Release {
  /** The item that has ended. */
  readonly ended: Item;
  readonly links: Links;
  readonly turn: Turn;
  /** The mark that stands for all of this: while it is there, the batch does not end. */
  readonly heldBy: Row;
}

/** What came of it. */
export interface Released {
  /** Items that came to an end in this, without a job: what depends on them is to be looked at in turn. */
  readonly further: readonly Item[];
  /** The ended item's mark went in the last transaction. */
  readonly isUnmarked: boolean;
}

/**
 * Looks at everything that depends on an item that has ended, and releases or skips what waits for nothing more. Each item
 * is changed by a conditional write, whoever else is at it, so it is released once; and its job is the same whoever makes it.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function releaseDependents(deps: BatchDeps, origin: Origin, release: Release): Promise<Released> {
  const dependents = [...release.links.children, ...release.links.wide];
  const further: Item[] = [];
  let isUnmarked = false;
  for (let from = 0; from < dependents.length; from += ITEMS_AT_ONCE) {
    const isLast = from + ITEMS_AT_ONCE >= dependents.length && further.length === 0;
    const chunk = { ...release, indices: dependents.slice(from, from + ITEMS_AT_ONCE), mayUnmark: isLast };
    const turned = await turnChunk(deps, origin, chunk);
    isUnmarked = turned.isUnmarked;
    further.push(...turned.ended);
    const started = await mapAtOnce(turned.released, AT_ONCE, async (item) => startItem(deps, origin, { item }));
    further.push(...started.filter((item) => item !== undefined));
  }
  return { further, isUnmarked };
}

interface Chunk extends Release {
  readonly indices: readonly number[];
  readonly mayUnmark: boolean;
}

interface Turned {
  readonly released: readonly Item[];
  readonly ended: readonly Item[];
  readonly isUnmarked: boolean;
}

/** Reads some of the dependents, decides about each, and writes what was decided. */
async function turnChunk(deps: BatchDeps, origin: Origin, chunk: Chunk): Promise<Turned> {
  const { items } = deps;
  const { stored, answers, isUnmarked } = await againOnConflict(async () => releaseSome(items, chunk));
  const ended: Item[] = [];
  const released: Item[] = [];
  for (const [place, { item }] of stored.entries()) {
    const answer = answers[place];
    if (!answer) {
      const left = await leftOf(deps, origin, { item, chunk });
      released.push(...left.filter(({ state }) => state === "released"));
      ended.push(...left.filter(({ state }) => state !== "released"));
    } else if (answer.decision === "release") released.push(releasedItem(item, answer));
    else if (answer.decision === "skip") ended.push(...(await skip(deps, item, chunk.ended)));
  }
  return { released, ended, isUnmarked };
}

/** What is to be done about a dependent that is not blocked any more. */
async function leftOf(
  deps: BatchDeps,
  origin: Origin,
  { item, chunk }: { readonly item: Item; readonly chunk: Chunk },
): Promise<Item[]> {
  const { ended, turn, heldBy } = chunk;
  const mayRunAgain = turn !== "later" && (ended.passesOn === true || item.isStale === true);
  const by = { heldBy, submittedBy: ended.submittedBy };
  const again = mayRunAgain ? await rerunIfChanged(deps, origin, { ref: item, by }) : undefined;
  if (again) return [again];
  if (turn === "first" && !mayRunAgain) return [];
  // Whoever released it, or saw it end, may have died before what follows; or its payload waited for this end.
  return item.state === "released" || item.state === "skipped" || item.isJobless ? [item] : [];
}

interface Decided {
  readonly stored: readonly StoredItem[];
  /** Of those that are blocked. */
  readonly answers: readonly (GateAnswer | undefined)[];
  readonly isUnmarked: boolean;
}

/** In one transaction, for all of them or none: the losers of a race read again. */
async function releaseSome(items: ItemStore, chunk: Chunk): Promise<Decided> {
  const { batchId, passesOn } = chunk.ended;
  const stored = await mapAtOnce(chunk.indices, AT_ONCE, async (index) => items.require({ batchId, index }));
  const answers = await mapAtOnce(stored, AT_ONCE, async ({ item }) =>
    item.state === "blocked" ? askGate(items, item, chunk.ended) : undefined,
  );
  const [first, ...others] = stored.flatMap(({ item, etag }, place) => {
    const answer = answers[place];
    return answer?.decision === "release" ? [{ item: releasedItem(item, answer), etag }] : [];
  });
  if (!first) return { stored, answers, isUnmarked: false };
  const isSure = chunk.turn === "first" && !passesOn && answers.every((answer) => answer && answer.decision !== "skip");
  const isUnmarked = chunk.mayUnmark && isSure;
  await items.save([first, ...others], {
    put: [first, ...others].map(({ item }) => activeMark(item)),
    remove: isUnmarked ? [activeMark(chunk.ended)] : [],
  });
  return { stored, answers, isUnmarked };
}

/** A blocked item as it is once it may have a job. */
export function releasedItem(item: Item, { inputDigest }: Pick<GateAnswer, "inputDigest"> = {}): Item {
  return { ...item, state: "released", run: item.run + 1, ...(inputDigest && { inputDigest }) };
}

/** The item as it is skipped, by this one or another; nothing when something else has become of it. */
async function skip({ items, clock }: BatchDeps, { batchId, index }: Item, parent: Item): Promise<Item[]> {
  return againOnConflict(async () => {
    const stored = await items.require({ batchId, index });
    // Another in this moment: who of the two is done first is to know that what depends on it is seen to.
    if (stored.item.state === "skipped") return [stored.item];
    if (stored.item.state !== "blocked" || (await askGate(items, stored.item, parent)).decision !== "skip") return [];
    const links = await items.linksOf(stored.item);
    const end = { state: "skipped", endedAt: clock.now() } as const;
    return [(await commitEnd(items, stored, { end, links })).item];
  });
}
