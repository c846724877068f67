import { expect } from "@jest/globals";
import type { ResultDocument } from "../../../src/jobs/complete.ts";
import { deleteJob } from "../../../src/jobs/delete-job.ts";
import { idempotencyRowKey } from "../../../src/jobs/idempotency.ts";
import { jobKey } from "../../../src/jobs/job-row.ts";
import type { Job } from "../../../src/jobs/job.ts";
import { checkHistory } from "../history/check-history.ts";
import { walksOf } from "../history/job-walks.ts";
import type { Walk } from "../history/job-walks.ts";
import { STEPS } from "./job-type.ts";
import { NOTHING, readRemains } from "./remains.ts";
import type { Stage } from "./stage.ts";

/** What must hold when a run is over, whatever it was about; the account is empty after it. */
export async function judge(stage: Stage): Promise<void> {
  const { client, log, account } = stage;
  expect(checkHistory({ clients: client.events, commits: log.commits, surprises: [], supervised: true })).toEqual([]);
  const walks = walksOf(log).filter(({ last }) => last);
  for (const walk of walks) {
    await checkResult(stage, walk);
    checkQuestions(stage, walk);
  }
  const jobs = stage.jobs();
  const { rows, messages } = await readRemains(account);
  expect({ rows: [...rows].sort(), messages }).toEqual({ rows: jobs.flatMap(rowKeysOf).sort(), messages: 0 });
  for (const job of jobs) await deleteJob(stage.successor.app, job);
  const { blobs, ...others } = await readRemains(account);
  // A request that died between its payload and its row leaves the payload, which nothing names.
  expect({ ...others, blobs: blobs.filter((name) => !name.startsWith("payloads/")) }).toEqual(NOTHING);
}

/** A job that has ended has its row, and its key's if it has one: what stood beside it for the supervisor is gone. */
function rowKeysOf(job: Job): string[] {
  const { keyDigest } = job;
  return [jobKey(job).rowKey, ...(keyDigest === undefined ? [] : [idempotencyRowKey({ ...job, keyDigest }).rowKey])];
}

/** The result is what the claim that ended the job has stored, and nobody else. */
async function checkResult({ successor }: Stage, { last, moves }: Walk): Promise<void> {
  if (last?.phase !== "done") return;
  const winner = moves.findLast(({ before, after }) => after?.phase === "done" && before?.phase === "processing");
  const document = last.artifacts.find(({ name }) => name === `${last.jobId}.json`);
  expect(document?.blob).toContain(claimOf(winner?.before) ?? "a claim");
  const bytes = await successor.app.content.get(document?.blob ?? "");
  const { job_id: jobId, operation_id: operationId, result } = JSON.parse(String(bytes)) as ResultDocument;
  expect({ jobId, operationId }).toEqual({ jobId: last.jobId, operationId: last.operationId });
  expect((result as { readonly text: string }).text.trimEnd()).toBe(last.metadata?.["wish"]);
}

/** A step asks the model once for each claim under which it had not finished yet, at most. */
function checkQuestions({ model }: Stage, { last, moves }: Walk): void {
  for (const step of STEPS) {
    const finished = moves.findIndex(({ after }) => isFinished(after, step));
    const open = finished < 0 ? moves : moves.slice(0, finished);
    const claims = open.filter(
      ({ before, after }) => claimOf(after) !== undefined && claimOf(after) !== claimOf(before),
    );
    const questions = model.questions.filter(
      ({ body }) => body.instructions === step && body.input.trimEnd() === last?.metadata?.["wish"],
    );
    const isTooOften = questions.length > claims.length;
    expect({ step, isTooOften }).toEqual({ step, isTooOften: false });
  }
}

/** With its checkpoint: only then does nobody run it again. */
function isFinished(job: Job | undefined, name: string): boolean {
  if (job?.phase === "done") return true;
  return job?.steps.some((step) => step.name === name && step.checkpoint !== undefined) ?? false;
}

function claimOf(job: Job | undefined): string | undefined {
  return job?.phase === "processing" ? job.claimId : undefined;
}
