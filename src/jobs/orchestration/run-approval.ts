import { MillraceError } from "../../platform/errors.ts";
import type { ApprovalOutput, ApprovalStep } from "../../steps/approval.ts";
import { requireJsonValue } from "../../steps/json-value.ts";
import { isToEscalate, nextLookAt, verdictOf } from "../life/approval.ts";
import type { Approval } from "../life/approval.ts";
import type { JobError } from "../life/job.ts";
import { finishStep } from "./finish-step.ts";
import type { StepAnswer } from "./plan.ts";
import { loadInputs } from "./step-inputs.ts";
import type { LoadedInputs } from "./step-inputs.ts";
import { failed, isFinished, recordOf, withRecord } from "./step-records.ts";
import { DONE } from "./step-run.ts";
import type { StepRun } from "./step-run.ts";
import { beginTry, endTry, giveUp } from "./step-tries.ts";
import { changeWait, decidedOn, overOf, suspend, waitBefore, waitOf, waitUntil } from "./step-waits.ts";

/** Has people asked, and looks what has come of it. What they say is written down by whoever asks them: see `decide.ts`. */
export async function runApproval(run: StepRun<ApprovalStep>): Promise<StepAnswer> {
  if (isFinished(run.held.job, run.step.name)) return DONE;
  if (!waitOf(run.held.job, run.step)) {
    const stopped = await ask(run);
    if (stopped) return stopped;
  }
  return look(run);
}

/** Nothing, when the job waits. */
async function ask(run: StepRun<ApprovalStep>): Promise<StepAnswer | undefined> {
  const nothingToDo = await beginTry(run);
  if (nothingToDo) return nothingToDo;
  const { held, step, deps } = run;
  try {
    const inputs = waitBefore(held.job, step) ? undefined : await loadInputs(run);
    if (inputs && "outcome" in inputs) return inputs;
    await suspend(run, inputs && openApproval(step, inputs, deps.clock.now()));
    return undefined;
  } catch (thrown) {
    return endTry(run, thrown, held.job.usage);
  }
}

const MAX_TITLE_CHARACTERS = 300;
/** It stands in the row, with the votes: what is larger is better an artifact that the title speaks of. */
const MAX_DETAILS_CHARACTERS = 12_000;

function openApproval(step: ApprovalStep, inputs: LoadedInputs, now: Date): Approval {
  const { title, details } = step.show(inputs);
  requireJsonValue(step.name, details);
  if (details !== undefined && JSON.stringify(details).length > MAX_DETAILS_CHARACTERS)
    throw new MillraceError(
      "OUTPUT_INVALID",
      `Cannot show the details of step "${step.name}": they have more than ${MAX_DETAILS_CHARACTERS} characters`,
    );
  const { name, timeoutMs, escalateAfterMs, quorum, allowSelf, onTimeout } = step;
  const later = (ms: number) => new Date(now.getTime() + ms);
  return {
    ...{ kind: "approval", step: name, since: now, until: later(timeoutMs) },
    ...{ quorum, allowSelf, onTimeout, title: title.slice(0, MAX_TITLE_CHARACTERS), votes: [] },
    ...(details !== undefined && { details }),
    ...(escalateAfterMs !== undefined && { escalateAt: later(escalateAfterMs) }),
  };
}

async function look(run: StepRun<ApprovalStep>): Promise<StepAnswer> {
  const { step, deps } = run;
  const now = deps.clock.now();
  const approval = await changeWait(run, (before) =>
    isToEscalate(before, now) ? { ...before, escalatedAt: now } : undefined,
  );
  if (!approval) return overOf(run);
  const decided = decidedOn(run, approval);
  switch (verdictOf(approval, now)) {
    case undefined:
      return waitUntil(nextLookAt(approval), now);
    case "approved":
      return approve(decided, { decision: "approved", votes: votesOf(approval) });
    case "rejected":
      return reject(decided, rejected(approval));
    case "timedOut":
      return approval.onTimeout === "approve"
        ? approve(decided, { decision: "timed_out", votes: votesOf(approval) })
        : reject(decided, { code: "APPROVAL_TIMED_OUT", message: `Nobody decided at step "${step.name}" in time` });
  }
}

async function approve(run: StepRun<ApprovalStep>, output: ApprovalOutput): Promise<StepAnswer> {
  const { usage } = run.held.job;
  try {
    const inputs = await loadInputs(run);
    if ("outcome" in inputs) return inputs;
    return await finishStep(run, { output, artifacts: [], artifactsBefore: inputs.artifacts, usage });
  } catch (thrown) {
    return endTry(run, thrown, usage);
  }
}

async function reject(run: StepRun<ApprovalStep>, error: JobError): Promise<StepAnswer> {
  const { held, step, deps } = run;
  const record = failed(recordOf(held.job, step.name), { now: deps.clock.now(), counted: true });
  return giveUp(run, error, { stepsOf: (job) => withRecord(job, record) });
}

function rejected({ step, votes }: Approval): JobError {
  const vote = votes.find(({ decision }) => decision === "reject");
  const said = vote?.comment ? `: ${vote.comment}` : "";
  return { code: "APPROVAL_REJECTED", message: `"${vote?.voter ?? ""}" rejected at step "${step}"${said}` };
}

function votesOf({ votes }: Approval): ApprovalOutput["votes"] {
  return votes.map(({ at, ...vote }) => ({ ...vote, at: at.toISOString() }));
}
