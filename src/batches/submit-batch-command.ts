import type { BatchRequest } from "../contract/batch-request.ts";
import type { SubmitBatchCommand } from "./submit-batch.ts";

/** What a request does not say itself: whose it is, what it belongs to, and by which key it is known again. */
type Sender = Pick<SubmitBatchCommand, "workspaceId" | "traceparent" | "idempotencyKey" | "submittedBy">;

type AskedJob = Omit<BatchRequest["items"][number], "key" | "depends_on">;

/** What a request asks for, whoever sends it: the same request makes the same batch. */
export function submitBatchCommandOf(request: BatchRequest, sender: Sender): SubmitBatchCommand {
  return {
    ...sender,
    policy: request.on_failure ?? "skip_dependents",
    items: request.items.map(({ key, depends_on: dependsOn = [], ...item }) => ({ key, dependsOn, ...jobOf(item) })),
    finally: request.finally && jobOf(request.finally),
  };
}

function jobOf({ job_type: jobType, payload, customer_id: customerId, ...wishes }: AskedJob) {
  return { jobType, payload, wishes: { ...wishes, ...(customerId && { customerId }) } };
}
