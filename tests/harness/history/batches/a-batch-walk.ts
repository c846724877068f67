import { badMark } from "../../../../src/batches/marks.ts";
import type { Job } from "../../../../src/jobs/life/job.ts";
import { aJob } from "../../../support/a-job.ts";
import type { PlannedBatch, PlannedItem } from "../../batches/planned-batch.ts";
import { payloadOf } from "../../batches/planned-batch.ts";
import type { Walk } from "../job-walks.ts";
import { isItemEnd } from "./batch-walk.ts";
import type { BatchWalk, HeaderMove, ItemMove, ItemState } from "./batch-walk.ts";
import type { WantedAgain } from "./wanted-again.ts";

/** One thing after the other: an item, the batch itself or its final job comes to a state. */
export type Script = readonly (readonly [who: string, state: string])[];

export const BATCH = "the batch";
export const FINAL = "the final job";

/** What was wanted of a batch that has run already: items again, and jobs by themselves, by the keys of their items. */
export interface Again {
  readonly wanted?: readonly WantedAgain[];
  readonly alone?: readonly string[];
}

/**
 * The walk of a batch in which this happens, a second and a commit for each line: an item that is released has its job at
 * once, and its job ends with it. What varies comes to another edition each time that it "begins anew".
 */
export function aBatchWalk(plan: PlannedBatch, script: Script, { wanted = [], alone = [] }: Again = {}): BatchWalk {
  const header: HeaderMove[] = [];
  const moves = new Map<string, ItemMove[]>(plan.items.map(({ key }) => [key, []]));
  const walks = new Map<string, Walk[]>(plan.items.map(({ key }) => [key, []]));
  const finals: Walk[] = [];
  for (const [index, [who, state]] of script.entries()) {
    const stamp = { index, at: index * 1000, by: "host-1#1" };
    const own = moves.get(who) ?? [];
    const jobs = who === FINAL ? finals : (walks.get(who) ?? []);
    if (who === BATCH) header.push({ ...stamp, before: header.at(-1)?.after, after: state, wasCancelled: false });
    else if (state === "a job") jobs.push(walkOf(payloadIn(plan, who, walks), stamp));
    else if (state === "begins anew") jobs.push(begunAnew(jobs.pop(), payloadIn(plan, who, walks), stamp));
    else
      own.push({
        ...stamp,
        before: own.at(-1)?.after,
        after: { state: state as ItemState, run: RUNLESS.has(state) ? 0 : runIn(own, state, jobs), isStale: false },
      });
    const phase = PHASES[state];
    const job = jobs.at(-1);
    const last = job?.last;
    if (phase && job && last) jobs[jobs.length - 1] = ended(job, aJob({ ...sameOf(last, plan, who), phase }), stamp);
  }
  const items = plan.items.map((item) => {
    const jobs = walks.get(item.key) ?? [];
    const begun = alone.filter((key) => key === item.key).map(() => ({ jobId: "", text: undefined, from: 0, to: 99 }));
    const own = wanted.filter(({ key }) => key === item.key);
    return [item.key, { item, moves: moves.get(item.key) ?? [], jobs, wanted: own, alone: begun }] as const;
  });
  const marks = plan.items.flatMap(({ key }, index) => {
    const state = moves.get(key)?.at(-1)?.after?.state;
    return isItemEnd(state) && state !== "completed" ? [badMark({ batchId: "batch_1", index }).rowKey] : [];
  });
  return { batchId: "batch_1", plan, header, items: new Map(items), finals, marks: new Set(marks) };
}

const RUNLESS = new Set(["blocked", "skipped"]);

const PHASES: Readonly<Record<string, Job["phase"]>> = { completed: "done", failed: "failed", cancelled: "cancelled" };

type Stamp = Pick<HeaderMove, "index" | "at"> & { readonly by: string };

/** A release begins a run, and so does the job by itself. */
function runIn(moves: readonly ItemMove[], state: string, jobs: readonly Walk[]): number {
  const operations = jobs.at(-1)?.last?.operations ?? 1;
  const releases = moves.filter(({ before, after }) => after?.state === "released" && isItemEnd(before?.state)).length;
  const isAgain = state === "released" && isItemEnd(moves.at(-1)?.after?.state);
  return Math.max(operations, 1 + releases + (isAgain ? 1 : 0));
}

function payloadIn({ items }: PlannedBatch, key: string, walks: ReadonlyMap<string, readonly Walk[]>): object {
  const item = items.find((each) => each.key === key);
  const given = item?.takes.map((parent) => ({
    text: `quick ${parent}`,
    edition: editionOf(
      items.find((each) => each.key === parent),
      walks.get(parent)?.at(-1)?.last,
    ),
  }));
  return item ? { ...payloadOf(item), given } : {};
}

function editionOf(item: PlannedItem | undefined, job: Job | undefined): number {
  return item?.varies && job ? job.operations - 1 : 0;
}

function begunAnew(walk: Walk | undefined, inline: object, stamp: Stamp): Walk {
  const { last } = walk ?? {};
  if (!walk || !last) throw new Error("Cannot begin a job anew that there is not");
  const { jobId, operations } = last;
  const job = aJob({ jobId, operations: operations + 1, phase: "queued", payload: { inline } });
  return ended(walk, job, stamp);
}

function walkOf(inline: object, stamp: Stamp): Walk {
  const job = aJob({ phase: "queued", payload: { inline } });
  return {
    jobId: job.jobId,
    last: job,
    moves: [{ ...stamp, transaction: stamp.index, before: undefined, after: job }],
  };
}

function ended(walk: Walk, job: Job, stamp: Stamp): Walk {
  const move = { ...stamp, transaction: stamp.index, before: walk.last, after: job };
  return { ...walk, last: job, moves: [...walk.moves, move] };
}

/** What goes on from one version to the next; the result of a job that is done is its text. */
function sameOf(last: Job, { items }: PlannedBatch, key: string): Partial<Extract<Job, { phase: "done" }>> {
  const { jobId, operationId, operations, payload } = last;
  const item = items.find((each) => each.key === key);
  const text = "inline" in payload ? (payload.inline as { readonly text?: string }).text : undefined;
  return { jobId, operationId, operations, payload, result: { inline: { text, edition: editionOf(item, last) } } };
}
