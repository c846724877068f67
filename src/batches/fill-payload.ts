import type { JobRef } from "../jobs/life/job.ts";
import { isTerminal } from "../jobs/life/lifecycle.ts";
import { readResult } from "../jobs/read-result.ts";
import { mapAtOnce } from "../platform/at-once.ts";
import { MillraceError } from "../platform/errors.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { fillFrom, findFrom, valueAt } from "./from.ts";
import type { FromPlace } from "./from.ts";
import { FINALLY_INDEX, hasJob, jobIdOf } from "./item.ts";
import type { Asked, Item } from "./item.ts";

const READ_AT_ONCE = 8;

type FillDeps = Pick<BatchDeps, "jobs" | "content" | "items" | "maxPayloadBytes">;

interface Template {
  readonly item: Item;
  readonly asked: Asked;
}

interface FilledPayload {
  readonly payload: unknown;
  /** False: something that it takes a result of is at work again, and null stands there meanwhile. */
  readonly isReady: boolean;
}

/**
 * An item's payload with the results of what it takes them of. Null stands for one that did not complete. Of each result
 * only what is taken is held, and no more of all than a payload may have.
 *
 * @throws MillraceError VALIDATION_FAILED when a result is not kept any more, or the payload would be too large;
 * STORAGE_UNAVAILABLE
 */
export async function fillPayload(
  deps: FillDeps,
  origin: { readonly workspaceId: string },
  template: Template,
): Promise<FilledPayload> {
  const { payload, from } = template.asked;
  if (Object.keys(from).length === 0) return { payload, isReady: true };
  const { places } = findFrom(payload);
  const count = countUpTo(deps.maxPayloadBytes);
  count(payload);
  const fill = { ...template, workspaceId: origin.workspaceId, places, count };
  return template.item.index === FINALLY_INDEX ? fillFromAll(deps, fill) : fillFromEach(deps, fill);
}

interface Fill extends Template {
  readonly workspaceId: string;
  readonly places: readonly FromPlace[];
  readonly count: (value: unknown) => void;
}

/** Counts values that a payload is made of. @throws MillraceError VALIDATION_FAILED when they are too many bytes */
function countUpTo(maxBytes: number): (value: unknown) => void {
  let bytes = 0;
  return (value) => {
    bytes += Buffer.byteLength(JSON.stringify(value));
    if (bytes > maxBytes)
      throw new MillraceError(
        "VALIDATION_FAILED",
        `With what it takes in, the payload has more than ${maxBytes} bytes`,
      );
  };
}

async function fillFromEach(deps: FillDeps, { item: { batchId }, asked, ...fill }: Fill): Promise<FilledPayload> {
  const taken = await mapAtOnce(Object.entries(asked.from), READ_AT_ONCE, async ([key, index]) => {
    const ref = { workspaceId: fill.workspaceId, jobId: jobIdOf({ batchId, index }) };
    const own = fill.places.filter((place) => place.key === key);
    return { key, ...cutOut(await resultOf(deps, ref), own, fill.count) };
  });
  const byKey = new Map(taken.map(({ key, values }) => [key, values]));
  return {
    payload: fillFrom(asked.payload, ({ key, path }) => byKey.get(key)?.get(path)),
    isReady: taken.every(({ isReady }) => isReady),
  };
}

interface Taken {
  readonly values: ReadonlyMap<string, unknown>;
  readonly isReady: boolean;
}

/** What of a result is to stand in these places, by path. */
function cutOut({ value, isReady }: Result, places: readonly FromPlace[], count: Fill["count"]): Taken {
  const values = new Map<string, unknown>();
  for (const { path } of places) {
    const part = valueAt(value, path) ?? null;
    count(part);
    values.set(path, part);
  }
  return { values, isReady };
}

interface Result {
  readonly value: unknown;
  readonly isReady: boolean;
}

const NONE: Result = { value: null, isReady: true };

/** What the job came to; null unless it completed. */
async function resultOf({ jobs, content }: Pick<FillDeps, "jobs" | "content">, ref: JobRef): Promise<Result> {
  const found = await jobs.find(ref);
  if (!found) return NONE; // It never had one: the item was skipped, or could not begin.
  if ("tombstone" in found)
    throw new MillraceError("VALIDATION_FAILED", `The result of job "${ref.jobId}" is not kept any more`);
  const { job } = found;
  if (job.phase === "done") return { value: await readResult({ content }, job), isReady: true };
  return isTerminal(job.phase) ? NONE : { value: null, isReady: false };
}

/** For the job that runs last: how all items ended, or a value of each result. */
async function fillFromAll(deps: FillDeps, { item: { batchId }, asked, ...fill }: Fill): Promise<FilledPayload> {
  const outcomes = (await deps.items.states(batchId)).map((item) => ({
    ...item,
    jobId: hasJob(item) ? jobIdOf({ batchId, index: item.index }) : undefined,
  }));
  const listed = outcomes.map(({ key, jobId, state }) => ({ key, ...(jobId && { job_id: jobId }), status: state }));
  const ofValues = fill.places.filter(({ path }) => path !== "");
  for (const _place of fill.places.slice(ofValues.length)) fill.count(listed);
  const taken = await mapAtOnce(ofValues.length > 0 ? outcomes : [], READ_AT_ONCE, async ({ jobId, state }) => {
    const isKept = jobId && state === "completed";
    const result = isKept ? await resultOf(deps, { workspaceId: fill.workspaceId, jobId }) : NONE;
    return cutOut(result, ofValues, fill.count);
  });
  return {
    payload: fillFrom(asked.payload, ({ path }) =>
      path === "" ? listed : taken.map(({ values }) => values.get(path)),
    ),
    isReady: taken.every(({ isReady }) => isReady),
  };
}
