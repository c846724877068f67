import { badMark } from "../../../../src/batches/marks.ts";
import type { Job } from "../../../../src/jobs/life/job.ts";
import { aJob } from "../../../support/a-job.ts";
import type { PlannedBatch } from "../../batches/planned-batch.ts";
import { payloadOf } from "../../batches/planned-batch.ts";
import type { Walk } from "../job-walks.ts";
import { isItemEnd } from "./batch-walk.ts";
import type { BatchWalk, HeaderMove, ItemMove, ItemState } from "./batch-walk.ts";

/** One thing after the other: an item, the batch itself or its final job comes to a state. */
export type Script = readonly (readonly [who: string, state: string])[];

export const BATCH = "the batch";
export const FINAL = "the final job";

/** The walk of a batch in which this happens, a second and a commit for each line: an item that is released has its job at once, and its job ends with it. */
export function aBatchWalk(plan: PlannedBatch, script: Script): BatchWalk {
  const header: HeaderMove[] = [];
  const moves = new Map<string, ItemMove[]>(plan.items.map(({ key }) => [key, []]));
  const walks = new Map<string, Walk[]>(plan.items.map(({ key }) => [key, []]));
  const finals: Walk[] = [];
  for (const [index, [who, state]] of script.entries()) {
    const stamp = { index, at: index * 1000, by: "host-1#1" };
    const own = moves.get(who) ?? [];
    const jobs = who === FINAL ? finals : (walks.get(who) ?? []);
    if (who === BATCH) header.push({ ...stamp, before: header.at(-1)?.after, after: state, wasCancelled: false });
    else if (state === "a job") jobs.push(walkOf(plan, who, stamp));
    else
      own.push({
        ...stamp,
        before: own.at(-1)?.after,
        after: { state: state as ItemState, run: RUNLESS.has(state) ? 0 : 1, isStale: false },
      });
    const phase = PHASES[state];
    const job = jobs.at(-1);
    const last = job?.last;
    if (phase && job && last) jobs[jobs.length - 1] = ended(job, aJob({ ...sameOf(last), phase }), stamp);
  }
  const items = plan.items.map((item) => {
    const walk = { item, moves: moves.get(item.key) ?? [], jobs: walks.get(item.key) ?? [], wanted: [], alone: [] };
    return [item.key, walk] as const;
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

function walkOf({ items }: PlannedBatch, key: string, stamp: Stamp): Walk {
  const item = items.find((each) => each.key === key);
  const given = item?.takes.map((parent) => ({ text: `quick ${parent}`, edition: 0 }));
  const inline = item ? { ...payloadOf(item), given } : {};
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
function sameOf({ jobId, operationId, payload }: Job): Partial<Extract<Job, { phase: "done" }>> {
  const text = "inline" in payload ? (payload.inline as { readonly text?: string }).text : undefined;
  return { jobId, operationId, payload, result: { inline: { text, edition: 0 } } };
}
