import type { ItemStatus } from "../contract/batch-view.ts";
import { STATUS_OF, phasesWithStatus } from "../jobs/life/lifecycle.ts";
import type { JobPhase } from "../jobs/life/lifecycle.ts";
import type { JobStore } from "../jobs/store/job-store.ts";
import { mapAtOnce } from "../platform/at-once.ts";
import type { BatchStore } from "./batch-store.ts";
import type { Batch, BatchRef } from "./batch.ts";
import { countsOf } from "./counts-of.ts";
import type { ItemStore, Standing } from "./item-store.ts";
import { FINALLY_INDEX, hasJob, jobIdOf } from "./item.ts";
import type { Item } from "./item.ts";

export interface ReadBatchDeps {
  readonly batches: BatchStore;
  readonly items: ItemStore;
  readonly jobs: JobStore;
}

export interface ShownItem {
  readonly key: string;
  readonly status: ItemStatus;
  readonly jobId: string | undefined;
  readonly dependsOn: readonly string[];
  readonly error: Item["error"];
}

export interface ShownBatch {
  readonly batch: Batch;
  /** How many items have which status. */
  readonly counts: Readonly<Partial<Record<ItemStatus, number>>>;
  readonly items: readonly ShownItem[];
  /** The index to go on behind, when there are more. */
  readonly next: number | undefined;
  readonly last: ShownItem | undefined;
}

export interface Page {
  readonly limit: number;
  readonly behind?: number | undefined;
  /** Only items that stand so; all, if absent. */
  readonly statuses?: readonly ItemStatus[] | undefined;
}

/**
 * A batch with how its items stand, and a page of them. Costs a read for each thousand items, and, for those whose job is
 * under way, a few for their jobs: whether a job waits or is at work, only its own row says.
 *
 * @throws MillraceError BATCH_NOT_FOUND, STORAGE_UNAVAILABLE
 */
export async function readBatch(deps: ReadBatchDeps, ref: BatchRef, page: Page): Promise<ShownBatch> {
  const { batch } = await deps.batches.require(ref);
  if (batch.phase === "loading")
    return { batch, counts: { blocked: batch.items }, items: [], next: undefined, last: undefined };
  const standings = await deps.items.states(batch.batchId);
  const last = batch.hasFinally ? (await deps.items.require({ ...ref, index: FINALLY_INDEX })).item : undefined;
  const released = [...standings, ...(last ? [last] : [])].filter(({ state }) => state === "released");
  const running = await findRunning(deps.jobs, ref, released);
  const statusOf = (item: Standing): ItemStatus => {
    if (item.state !== "released") return item.state;
    return running.has(jobIdOf({ ...ref, index: item.index })) ? "running" : "accepted";
  };
  const keys = standings.map(({ key }) => key);
  const show = async (item: Item): Promise<ShownItem> => ({
    key: item.key,
    status: statusOf(standings[item.index] ?? item), // As it was counted: it may have gone on since.
    jobId: hasJob(item) ? jobIdOf(item) : undefined,
    dependsOn: (await deps.items.linksOf(item)).parents.map((parent) => keys[parent] ?? ""),
    error: item.error,
  });
  const { statuses, behind = -1, limit } = page;
  const wanted = standings.filter(
    (item) => item.index > behind && (statuses === undefined || statuses.includes(statusOf(item))),
  );
  const shown = wanted.slice(0, limit);
  const indices = shown.map(({ index }) => index);
  const places = { indices, states: statuses && [...new Set(shown.map(({ state }) => state))] };
  return {
    batch,
    counts: countsOf(standings.map(statusOf)),
    items: await mapAtOnce(await deps.items.these(ref.batchId, places), READ_AT_ONCE, show),
    next: wanted.length > limit ? shown.at(-1)?.index : undefined,
    last: last && (await show(last)),
  };
}

const READ_AT_ONCE = 8;
/** As many are read one by one; more are looked for among all jobs of the batch, with a query for each shard. */
const READ_ONE_BY_ONE = 16;
const UNDER_WORK = phasesWithStatus("running");

/** Which of the released items' jobs somebody is at. */
async function findRunning(jobs: JobStore, ref: BatchRef, released: readonly Standing[]): Promise<ReadonlySet<string>> {
  if (released.length === 0) return new Set();
  if (released.length > READ_ONE_BY_ONE) return new Set(await jobs.listIds({ ...ref, phases: UNDER_WORK }));
  const found = await mapAtOnce(released, READ_AT_ONCE, async ({ index }) =>
    jobs.get({ ...ref, jobId: jobIdOf({ ...ref, index }) }),
  );
  return new Set(found.flatMap((stored) => (stored && isUnderWork(stored.job.phase) ? [stored.job.jobId] : [])));
}

function isUnderWork(phase: JobPhase): boolean {
  return STATUS_OF[phase] === "running";
}
