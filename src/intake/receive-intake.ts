import { DEFAULT_WORKSPACE } from "../contract/ids.ts";
import { blobNoticeSchema, intakeMessageSchema } from "../contract/intake-message.ts";
import type { Job } from "../jobs/life/job.ts";
import { submitCommandOf } from "../jobs/submit-command.ts";
import { submitJob } from "../jobs/submit.ts";
import type { SubmitDeps, Submitted } from "../jobs/submit.ts";
import { checkBody } from "../platform/check-body.ts";
import { parseJsonBody } from "../platform/json-body.ts";
import { acceptTraceparent } from "../platform/trace.ts";
import { takeBlob } from "./take-blob.ts";
import type { TakeBlobDeps } from "./take-blob.ts";

export type ReceiveIntakeDeps = SubmitDeps & TakeBlobDeps;

export interface IntakeMessage {
  /** The queue's own id of the message. */
  readonly id: string;
  readonly text: string;
}

/** What a message led to, for the log. */
export type ReceivedIntake =
  | ({ readonly outcome: "submitted"; readonly job: Job } & Submitted)
  /** The blob was deleted, or is another one by now, which has a notice of its own. */
  | { readonly outcome: "blobGone" };

/**
 * Does what a message of the intake queue asks for: the same as `POST /api/jobs` with the same body, checks and
 * promises included. A message that is delivered again makes no second job.
 *
 * @throws MillraceError whatever that request would be answered with, and, of a blob, what its upload would
 */
export async function receiveIntake(deps: ReceiveIntakeDeps, { id, text }: IntakeMessage): Promise<ReceivedIntake> {
  const body = parseJsonBody(Buffer.from(text));
  const traceparent = acceptTraceparent(undefined);
  if ("blob" in body) {
    const submitted = await takeBlob(deps, { blob: checkBody(blobNoticeSchema, body).blob, traceparent });
    return submitted ? { outcome: "submitted", ...submitted } : { outcome: "blobGone" };
  }
  const { workspace_id, idempotency_key, ...request } = checkBody(intakeMessageSchema, body);
  const workspaceId = workspace_id ?? DEFAULT_WORKSPACE;
  // No client's key has a space in it: the keys made here meet none of theirs.
  const idempotencyKey = idempotency_key ?? `intake message ${id}`;
  const command = submitCommandOf(request, { workspaceId, traceparent, idempotencyKey });
  return { outcome: "submitted", ...(await submitJob(deps, command)) };
}
