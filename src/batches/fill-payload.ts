import type { JobRef } from "../jobs/life/job.ts";
import { isTerminal } from "../jobs/life/lifecycle.ts";
import { readResult } from "../jobs/read-result.ts";
import { mapAtOnce } from "../platform/at-once.ts";
import { MillraceError } from "../platform/errors.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { fillFrom, findFrom, valueAt } from "./from.ts";
import { FINALLY_INDEX, hasJob, jobIdOf } from "./item.ts";
import type { Asked, Item } from "./item.ts";

const READ_AT_ONCE = 8;

interface Template {
  readonly item: Item;
  readonly asked: Asked;
}

interface Filled {
  readonly payload: unknown;
  /** False: something that it takes a result of is at work again, and null stands there meanwhile. */
  readonly isReady: boolean;
}

/**
 * An item's payload with the results of what it takes them of. Null stands for one that did not complete.
 *
 * @throws MillraceError VALIDATION_FAILED when a result is not kept any more, STORAGE_UNAVAILABLE
 */
export async function fillPayload(
  deps: Pick<BatchDeps, "jobs" | "content" | "items">,
  origin: { readonly workspaceId: string },
  { item, asked }: Template,
): Promise<Filled> {
  const { payload: template, from } = asked;
  if (Object.keys(from).length === 0) return { payload: template, isReady: true };
  if (item.index === FINALLY_INDEX) return fillFromAll(deps, origin, { item, asked });
  const results = await mapAtOnce(Object.entries(from), READ_AT_ONCE, async ([key, index]) => {
    const jobId = jobIdOf({ batchId: item.batchId, index });
    return { key, ...(await resultOf(deps, { ...origin, jobId })) };
  });
  const byKey = new Map(results.map(({ key, value }) => [key, value]));
  return {
    payload: fillFrom(template, ({ key, path }) => valueAt(byKey.get(key), path)),
    isReady: results.every(({ isReady }) => isReady),
  };
}

interface Result {
  readonly value: unknown;
  readonly isReady: boolean;
}

const NONE: Result = { value: null, isReady: true };

/** What the job came to; null unless it completed. */
async function resultOf({ jobs, content }: Pick<BatchDeps, "jobs" | "content">, ref: JobRef): Promise<Result> {
  const found = await jobs.find({ workspaceId: ref.workspaceId, jobId: ref.jobId });
  if (!found) return NONE; // It never had one: the item was skipped, or could not begin.
  if ("tombstone" in found)
    throw new MillraceError("VALIDATION_FAILED", `The result of job "${ref.jobId}" is not kept any more`);
  const { job } = found;
  if (job.phase === "done") return { value: await readResult({ content }, job), isReady: true };
  return isTerminal(job.phase) ? NONE : { value: null, isReady: false };
}

/** For the job that runs last: how all items ended, or a value of each result. */
async function fillFromAll(
  deps: Pick<BatchDeps, "jobs" | "content" | "items">,
  { workspaceId }: { readonly workspaceId: string },
  { item: { batchId }, asked: { payload: template } }: Template,
): Promise<Filled> {
  const outcomes = (await deps.items.states(batchId)).map((item) => ({
    ...item,
    jobId: hasJob(item) ? jobIdOf({ batchId, index: item.index }) : undefined,
  }));
  const listed = outcomes.map(({ key, jobId, state }) => ({ key, ...(jobId && { job_id: jobId }), status: state }));
  const wantsValues = findFrom(template).places.some(({ path }) => path !== "");
  const results = await mapAtOnce(wantsValues ? outcomes : [], READ_AT_ONCE, async ({ jobId, state }) =>
    jobId && state === "completed" ? resultOf(deps, { workspaceId, jobId }) : NONE,
  );
  return {
    payload: fillFrom(template, ({ path }) =>
      path === "" ? listed : results.map(({ value }) => valueAt(value, path) ?? null),
    ),
    isReady: results.every(({ isReady }) => isReady),
  };
}
