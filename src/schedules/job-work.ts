import { toFieldErrors } from "../contract/field-errors.ts";
import type { FieldError } from "../contract/problem.ts";
import { sayWhatIsWrong } from "../contract/say-what-is-wrong.ts";
import { submitRequestSchema } from "../contract/submit-request.ts";
import { cancelJob } from "../jobs/cancel.ts";
import { checkPayload } from "../jobs/check-payload.ts";
import { STATUS_OF } from "../jobs/life/lifecycle.ts";
import { digest } from "../jobs/store/idempotency.ts";
import { submitCommandOf } from "../jobs/submit-command.ts";
import { modeOf, submitJob } from "../jobs/submit.ts";
import type { SubmitCommand } from "../jobs/submit.ts";
import { MillraceError, hasCode } from "../platform/errors.ts";
import { acceptTraceparent } from "../platform/trace.ts";
import { CANCEL_REASON } from "./work.ts";
import type { Work, WorkOrder } from "./work.ts";

/** A job that a schedule submits. */
export const jobWork: Work = {
  async check(deps, order) {
    const command = commandOf(order);
    const wrong = ONCE_ONLY.filter(({ field }) => order.body[field] !== undefined);
    if (wrong.length > 0) throw refusal(wrong.map(({ field, message }) => ({ pointer: `/${field}`, message })));
    if (!deps.profiles.knows(command.jobType)) throw refusal([{ pointer: "/job_type", message: "names no job type" }]);
    const profile = deps.profiles.require(command.jobType);
    modeOf(profile, command.mode);
    await checkPayload(deps, profile, command);
  },

  async submit(deps, { idempotencyKey, ...order }) {
    const { job } = await submitJob(deps, { ...commandOf(order), idempotencyKey });
    return { jobId: job.jobId };
  },

  async find({ jobs }, { workspaceId, idempotencyKey }) {
    const found = await jobs.findByKey({ workspaceId, keyDigest: digest(idempotencyKey) });
    return found && { jobId: found.jobId };
  },

  async look({ jobs }, { workspaceId, jobId = "" }) {
    const stored = await jobs.get({ workspaceId, jobId });
    if (!stored) return undefined;
    const { job } = stored;
    return { status: STATUS_OF[job.phase], ...("endedAt" in job && { endedAt: job.endedAt }) };
  },

  async cancel(deps, { workspaceId, jobId = "" }) {
    try {
      await cancelJob(deps, { ref: { workspaceId, jobId }, actor: "supervisor", reason: CANCEL_REASON });
    } catch (thrown) {
      if (!CALM.some((code) => hasCode(thrown, code))) throw thrown;
    }
  },
};

/** It has ended already, or is gone: either way it stands in nobody's way. */
const CALM = ["JOB_ALREADY_ENDED", "JOB_NOT_FOUND", "GONE", "OPERATION_SUPERSEDED"] as const;

/** What can be right for one job and is wrong for the next. */
const ONCE_ONLY = [
  { field: "run_at", message: "is one moment, and a schedule has many; use `delay_seconds`" },
  { field: "expires_at", message: "is one moment, and a schedule has many" },
  { field: "sequence", message: "is one place in an order; use `sequence_key` alone" },
];

function commandOf({ workspaceId, submittedBy, body }: WorkOrder): SubmitCommand {
  const parsed = submitRequestSchema.safeParse(body, { error: sayWhatIsWrong });
  if (!parsed.success) throw refusal(toFieldErrors(parsed.error.issues));
  return submitCommandOf(parsed.data, { workspaceId, submittedBy, traceparent: acceptTraceparent(undefined) });
}

function refusal(errors: readonly FieldError[]): MillraceError {
  return new MillraceError("VALIDATION_FAILED", "The schedule's job would be refused", { details: { errors } });
}
