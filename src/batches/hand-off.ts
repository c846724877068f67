import { handOffEnvelope } from "../contract/batch-envelope.ts";
import type { HandOff } from "../jobs/store/hand-off.ts";
import type { OnEnded } from "../jobs/store/handing-off-jobs.ts";
import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { endIfOver } from "./end-batch.ts";
import { commitEnd } from "./end-item.ts";
import type { ItemEnd } from "./end-item.ts";
import { hasEnded } from "./item-states.ts";
import type { StoredItem } from "./item-store.ts";
import type { Item } from "./item.ts";
import { activeMark } from "./marks.ts";
import { passOn, startAndPassOn } from "./pass-on.ts";
import type { PassOnOptions } from "./pass-on.ts";
import type { Turn } from "./release-dependents.ts";
import { ringFor } from "./ring-for.ts";
import type { Origin } from "./start-item.ts";

/** Dependents that are seen to by whoever ends a job: it may hold a request, or a worker's permit. */
const DEPENDENTS_AT_ONCE = 80;

/** The port that the jobs tell ends through. Of an item with very many dependents a function of its own does the rest. */
export function createOnEnded(deps: () => BatchDeps): OnEnded {
  return async (ended, { batch, traceparent }) => {
    if (!batch) return;
    const isDone = await handOff(deps(), ended, { budget: DEPENDENTS_AT_ONCE, traceparent });
    if (!isDone) await deps().ringForBatch(handOffEnvelope(ended));
  };
}

/**
 * Tells a batch how an operation of a job of it ended, and does what follows. The steps are in the order in which a
 * process may die between any two of them: the end is written, then what waited for it is released and rung for, then the
 * item's mark goes, then its hand-off. Whoever does it again comes to the same.
 *
 * @returns whether all of it is done: if not, the hand-off stays
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function handOff(
  deps: BatchDeps,
  ended: HandOff,
  { budget, traceparent }: Pick<PassOnOptions, "budget"> & { readonly traceparent: string },
): Promise<boolean> {
  const { workspaceId, batchId } = ended;
  const origin = { workspaceId, batchId, traceparent };
  const written = await writeEnd(deps, ended);
  const isDone = await follow(deps, origin, { written, budget });
  if (isDone) await deps.handOffs.drop(ended);
  return isDone;
}

/** The item as it stands behind the end; `turn` says how far what follows from that is, `over` that nothing does. */
interface Written {
  readonly item: Item;
  readonly turn: Turn | "over";
}

interface Follow extends Pick<PassOnOptions, "budget"> {
  /** Nothing, if the batch has gone. */
  readonly written: Written | undefined;
}

async function follow(deps: BatchDeps, origin: Origin, { written, budget }: Follow): Promise<boolean> {
  if (!written || written.turn === "over") {
    await endIfOver(deps, origin);
    return true;
  }
  const { item, turn } = written;
  if (hasEnded(item.state)) {
    const isDone = await passOn(deps, origin, { ended: item, turn, budget });
    // What takes a result of all items may have waited for this one, which nobody counted as at work.
    if (turn === "later") await ringFor(deps, origin);
    return isDone;
  }
  // It runs again already, if somebody wrote so and then died: then that is what is to be begun.
  await startAndPassOn(deps, origin, item);
  return true;
}

/**
 * An end that is older than what the item says changes nothing of it, but stands for what may still have to follow: the
 * newest end is what that follows from. While the item's mark is there, not all of it is done.
 */
async function writeEnd(deps: BatchDeps, ended: HandOff): Promise<Written | undefined> {
  return againOnConflict(async () => {
    const stored = await deps.items.get(ended);
    if (!stored) return undefined;
    const { state, run } = stored.item;
    if (run <= ended.run && !hasEnded(state)) return commitFirst(deps, stored, ended);
    const item = run < ended.run ? await commitLater(deps, stored, ended) : stored.item;
    return { item, turn: (await deps.items.hasMark(activeMark(item))) ? "repeat" : "later" };
  });
}

async function commitFirst({ items }: BatchDeps, stored: StoredItem, ended: HandOff): Promise<Written> {
  const links = await items.linksOf(stored.item);
  const isLast = links.children.length + links.wide.length === 0 && isAllOf(stored.item, ended.outcome);
  const { item } = await commitEnd(items, stored, { end: endOf(ended), links, isLast });
  return { item, turn: isLast ? "over" : "first" };
}

/** How a later operation of its job ended, which somebody asked of the job itself. */
async function commitLater({ items }: BatchDeps, stored: StoredItem, ended: HandOff): Promise<Item> {
  const links = await items.linksOf(stored.item);
  return (await commitEnd(items, stored, { end: endOf(ended), links })).item;
}

function endOf({ run, outcome: state, endedAt, error, outputDigest }: HandOff): ItemEnd {
  return { state, endedAt, run, ...(error && { error }), ...(outputDigest && { outputDigest }) };
}

/** Whether nothing but the batch's own end follows from it, where nothing depends on it. */
function isAllOf({ policy, isStale }: Item, state: HandOff["outcome"]): boolean {
  return (state === "completed" || policy !== "fail_fast") && !isStale;
}
