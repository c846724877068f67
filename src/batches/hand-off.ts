import { handOffEnvelope } from "../contract/batch-envelope.ts";
import type { HandOff } from "../jobs/store/hand-off.ts";
import type { OnEnded } from "../jobs/store/handing-off-jobs.ts";
import { canonicalJson, digest } from "../jobs/store/idempotency.ts";
import type { ResultDocument } from "../jobs/work/complete.ts";
import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { Container } from "../platform/blobs.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { endIfOver } from "./end-batch.ts";
import { commitEnd } from "./end-item.ts";
import { hasEnded } from "./item-states.ts";
import type { StoredItem } from "./item-store.ts";
import type { Item } from "./item.ts";
import { passOn } from "./pass-on.ts";
import type { PassOnOptions } from "./pass-on.ts";
import { startItem } from "./start-item.ts";
import type { Origin } from "./start-item.ts";

/** Dependents that are seen to by whoever ends a job: it may hold a request, or a worker's permit. */
const DEPENDENTS_AT_ONCE = 80;

/**
 * The port that the jobs tell ends through. What follows is dated with the end itself. Of an item with very many
 * dependents a function of its own does the rest.
 */
export function createOnEnded(deps: () => BatchDeps): OnEnded {
  return async (ended, job) => {
    const { batch } = job;
    if (!batch) return;
    const own = { ...deps(), clock: { now: () => ended.endedAt } };
    const options = { isRepeat: false, budget: DEPENDENTS_AT_ONCE, traceparent: job.traceparent };
    if (!(await handOff(own, ended, options))) await own.ringForBatch(handOffEnvelope(ended));
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
  options: PassOnOptions & { readonly traceparent: string },
): Promise<boolean> {
  const { workspaceId, batchId } = ended;
  const origin = { workspaceId, batchId, traceparent: options.traceparent };
  const item = await writeEnd(deps, ended);
  const isDone = item === undefined || (await follow(deps, origin, { ...options, ended: item }));
  if (item === undefined) await endIfOver(deps, origin);
  if (isDone) await deps.handOffs.drop(ended);
  return isDone;
}

/** It runs again already, if somebody wrote so and then died: then that is what is to be begun. */
async function follow(
  deps: BatchDeps,
  origin: Origin,
  options: PassOnOptions & { readonly ended: Item },
): Promise<boolean> {
  if (hasEnded(options.ended.state)) return passOn(deps, origin, options);
  return (await startItem(deps, origin, { item: options.ended })).outcome === "started";
}

/** The item, if something follows from its end. Nothing where it only takes over how a later operation of its job ended. */
async function writeEnd(deps: BatchDeps, ended: HandOff): Promise<Item | undefined> {
  const outputDigest = await digestOf(deps.content, ended);
  return againOnConflict(async () => {
    const stored = await deps.items.get(ended);
    if (!stored) return undefined;
    const { state, run, isRerun } = stored.item;
    if (run > ended.run) return isRerun && !hasEnded(state) ? stored.item : undefined;
    if (run === ended.run && hasEnded(state)) return stored.item;
    return commitOutcome(deps, stored, { ...ended, outputDigest });
  });
}

async function commitOutcome(deps: BatchDeps, stored: StoredItem, ended: HandOff): Promise<Item | undefined> {
  const { run, outcome: state, endedAt, error, outputDigest } = ended;
  const links = await deps.items.linksOf(stored.item);
  const end = { state, endedAt, run, ...(error && { error }), ...(outputDigest && { outputDigest }) };
  const isFirst = !hasEnded(stored.item.state);
  const isLast = isFirst && links.children.length + links.wide.length === 0 && isAllOf(stored.item, state);
  const { item } = await commitEnd(deps.items, stored, { end, links, isLast });
  return isFirst && !isLast ? item : undefined;
}

/** Whether nothing but the batch's own end follows from it, where nothing depends on it. */
function isAllOf({ policy, isStale }: Item, state: HandOff["outcome"]): boolean {
  return (state === "completed" || policy !== "fail_fast") && !isStale;
}

/** A large result is read again, only for this: two results are the same if their digests are. */
async function digestOf(content: Container, { outputDigest, outputBlob }: HandOff): Promise<string | undefined> {
  if (outputDigest !== undefined || outputBlob === undefined) return outputDigest;
  const bytes = await content.get(outputBlob);
  return bytes && digest(canonicalJson((JSON.parse(bytes.toString()) as ResultDocument).result));
}
