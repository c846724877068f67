import { expect } from "@jest/globals";
import { deleteJob } from "../../../src/jobs/delete-job.ts";
import type { Job } from "../../../src/jobs/life/job.ts";
import { deadLetterKey } from "../../../src/jobs/store/dead-letter-row.ts";
import { wakeUpKey } from "../../../src/jobs/store/due-store.ts";
import { historyKey } from "../../../src/jobs/store/history.ts";
import { JOB_KEYS } from "../../../src/jobs/store/idempotency.ts";
import { jobKey } from "../../../src/jobs/store/job-row.ts";
import type { ResultDocument } from "../../../src/jobs/work/complete.ts";
import { deadLetterIdOf } from "../../../src/platform/ids.ts";
import { checkHistory } from "../history/check-history.ts";
import type { History } from "../history/history.ts";
import type { Walk } from "../history/job-walks.ts";
import { walksOfJobs } from "./commit-log.ts";
import { STEPS } from "./job-type.ts";
import { clearAccount, readRemains } from "./remains.ts";
import { SUCCESSOR } from "./stage.ts";
import type { Stage } from "./stage.ts";

/** What must hold when a run is over, whatever it was about. The account is empty after it. */
export async function judge(stage: Stage): Promise<void> {
  const { log, account } = stage;
  expect(checkHistory(historyOf(stage))).toEqual([]);
  const walks = walksOfJobs(log);
  for (const walk of walks) {
    await checkResult(stage, walk);
    checkQuestions(stage, walk);
  }
  const { rows, messages } = await readRemains(account);
  expect({ rows: [...rows].sort(), messages }).toEqual({ rows: walks.flatMap(rowKeysOf).sort(), messages: 0 });
  for (const job of stage.jobs()) await deleteJob(stage.successor.app, job);
  const { blobs } = await readRemains(account);
  // A request that died between its payload and its row leaves the payload, which nothing names.
  expect(blobs.filter((name) => !name.startsWith("payloads/"))).toEqual([]);
  await clearAccount(account);
}

/** What the simulator sees of models and hosts nobody sees here. All lives but one are killed, or may be. */
function historyOf({ client, log: { blobs, commits } }: Stage): History {
  const troubles = blobs.filter(({ by }) => by !== SUCCESSOR).map(({ by, at }) => ({ by, at, until: at }));
  const unseen = { modelCalls: [], audits: [], surprises: [], stepsMs: 0 };
  return { ...unseen, blobs, troubles, clients: client.events, commits, supervised: true };
}

/**
 * What stands beside a job that has ended: its key's record, if it has one; one wake-up row, for its record's own end; a
 * line for each transition; and a letter for each failure.
 */
function rowKeysOf({ last, moves }: Walk): string[] {
  if (!last || !("expiresAt" in last)) return [];
  const { keyDigest } = last;
  const keys = [jobKey(last), wakeUpKey({ ...last, at: last.expiresAt })];
  if (keyDigest !== undefined) keys.push(JOB_KEYS.rowKey({ ...last, keyDigest }));
  for (const { before, after } of moves) {
    if (!after || after.last.version === before?.last.version) continue;
    keys.push(historyKey(after, after.version));
    if (after.phase === "failed") keys.push(deadLetterKey(deadLetterIdOf(after.operationId, after.endedAt)));
  }
  return keys.map(({ rowKey }) => rowKey);
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
    const claims = moves.filter(
      ({ before, after }) =>
        claimOf(after) !== undefined && claimOf(after) !== claimOf(before) && !isFinished(before, step),
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
