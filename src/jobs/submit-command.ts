import type { SubmitRequest } from "../contract/submit-request.ts";
import type { SubmitCommand } from "./submit.ts";

/** What a request does not say itself: whose it is, what it belongs to, and by which key it is known again. */
type Sender = Pick<SubmitCommand, "workspaceId" | "traceparent" | "idempotencyKey" | "submittedBy">;

/** What a request asks for, through whatever door it came: the same request makes the same job. */
export function submitCommandOf(request: SubmitRequest, sender: Sender): SubmitCommand {
  return {
    ...sender,
    jobType: request.job_type,
    payload: request.payload,
    mode: request.mode ?? request.executionMode,
    priority: request.priority,
    runAt: request.run_at,
    delaySeconds: request.delay_seconds,
    expiresAt: request.expires_at,
    sequenceKey: request.sequence_key,
    sequence: request.sequence,
    customerId: request.customer_id,
    metadata: request.metadata,
    tags: request.tags,
  };
}
