import type { Job } from "../../../src/jobs/life/job.ts";
import { toDeadLetterRow } from "../../../src/jobs/store/dead-letter-row.ts";
import { deadLetterOf } from "../../../src/jobs/store/dead-letter.ts";
import { wakeUpKey } from "../../../src/jobs/store/due-store.ts";
import { historyRow } from "../../../src/jobs/store/history.ts";
import { toRow } from "../../../src/jobs/store/job-row.ts";
import { newId, newOperationId } from "../../../src/platform/ids.ts";
import type { Row } from "../../../src/platform/tables.ts";
import { aJob } from "../../support/a-job.ts";
import type { Commit } from "./history.ts";

/** What the commits of a test leave out, though they should not. */
type LeftOut = "line" | "wake-up row" | "letter";

export const jobId = newId("job", new Date("2026-01-01T00:00:00Z"));
const shared = { jobId, metadata: { wish: "hello" }, payload: { inline: { text: "hello" } } };

/** Versions of a job as they follow each other. */
export const queued = aJob({ phase: "queued", ...shared, ...transition(1, "accepted", undefined) });
const own = { ...shared, operationId: queued.operationId };
export const claimed = aJob({ phase: "processing", ...own, ...transition(2, "claimed", "queued") });
export const done = aJob({
  phase: "done",
  ...own,
  ...transition(3, "completed", "processing"),
  result: { inline: { text: "hello" } },
});
export const failed = aJob({ phase: "failed", ...own, ...transition(3, "gaveUp", "processing") });
export const cancelled = aJob({ phase: "cancelled", ...own, ...transition(3, "cancelled", "processing"), attempt: 1 });
/** Of the operation after, begun from whichever end. */
export const again = (from: Job, changes: Partial<Job> = {}): Job =>
  aJob({
    phase: "queued",
    ...shared,
    operationId: newOperationId(jobId),
    operations: 2,
    ...transition(4, "regenerated", from.phase),
    ...changes,
  });

export function transition(version: number, event: string, from: string | undefined): Pick<Job, "version" | "last"> {
  const actor = event === "regenerated" ? "client" : "worker";
  return { version, last: { version, event, actor, ...(from && { from }) } };
}

export type Version = readonly [job: Job, by: string, leftOut?: LeftOut];

const DUE = new Date("2026-01-01T00:10:00Z");

/** Each version in a transaction of its own, with all that changes beside it. */
export function commitsOf(...versions: readonly Version[]): Commit[] {
  return versions.flatMap(([job, by, leftOut], index) => {
    const before = versions[index - 1]?.[0];
    const commit = (was: Row | undefined, is: Row | undefined): Commit[] =>
      was || is ? [{ at: index, by, table: "jobs", transaction: index, before: was, after: is }] : [];
    const letter =
      job.phase === "failed" && before?.phase !== "failed" ? toDeadLetterRow(deadLetterOf(job)) : undefined;
    return [
      ...commit(before && withDue(before), withDue(job)),
      ...(leftOut === "line" || job.last.version === before?.last.version ? [] : commit(undefined, historyRow(job))),
      ...(leftOut === "wake-up row"
        ? []
        : [...commit(before && dueRow(before), undefined), ...commit(undefined, dueRow(job))]),
      ...(leftOut === "letter" || !letter ? [] : commit(undefined, letter)),
    ];
  });
}

/** Every version is due at another time, so that its wake-up row moves. */
function dueAt({ version }: Job): Date {
  return new Date(DUE.getTime() + version);
}

function withDue(job: Job): Row {
  return { ...toRow(job), dueAt: dueAt(job) };
}

function dueRow(job: Job): Row {
  return { ...wakeUpKey({ ...job, at: dueAt(job) }) };
}
