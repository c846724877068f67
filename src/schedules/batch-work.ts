import { BATCH_STATUS_OF } from "../batches/batch-phases.ts";
import { cancelBatch } from "../batches/cancel-batch.ts";
import { countsOf } from "../batches/counts-of.ts";
import { submitBatchCommandOf } from "../batches/submit-batch-command.ts";
import { checkBatch, submitBatch } from "../batches/submit-batch.ts";
import type { SubmitBatchCommand } from "../batches/submit-batch.ts";
import { batchRequestSchema } from "../contract/batch-request.ts";
import { toFieldErrors } from "../contract/field-errors.ts";
import { sayWhatIsWrong } from "../contract/say-what-is-wrong.ts";
import { digest } from "../jobs/store/idempotency.ts";
import { MillraceError, hasCode } from "../platform/errors.ts";
import { acceptTraceparent } from "../platform/trace.ts";
import { CANCEL_REASON } from "./work.ts";
import type { Work, WorkOrder } from "./work.ts";

/** A batch that a schedule submits. */
export const batchWork: Work = {
  async check(deps, order) {
    await checkBatch(deps, commandOf(order));
  },

  async submit(deps, { idempotencyKey, ...order }) {
    const { batch } = await submitBatch(deps, { ...commandOf(order), idempotencyKey });
    return { batchId: batch.batchId };
  },

  async find({ batches }, { workspaceId, idempotencyKey }) {
    const found = await batches.findByKey({ workspaceId, keyDigest: digest(idempotencyKey) });
    return found && { batchId: found.batchId };
  },

  async look({ batches, items }, { workspaceId, batchId = "" }) {
    const stored = await batches.get({ workspaceId, batchId });
    if (!stored || stored.batch.phase === "gone") return undefined;
    const { phase, endedAt } = stored.batch;
    const counts = endedAt && countsOf((await items.states(batchId)).map(({ state }) => state));
    return { status: BATCH_STATUS_OF[phase], endedAt, counts };
  },

  async cancel(deps, { workspaceId, batchId = "" }) {
    try {
      await cancelBatch(deps, { workspaceId, batchId }, CANCEL_REASON);
    } catch (thrown) {
      if (!hasCode(thrown, "BATCH_ALREADY_ENDED") && !hasCode(thrown, "BATCH_NOT_FOUND")) throw thrown;
    }
  },
};

function commandOf({ workspaceId, submittedBy, body }: WorkOrder): SubmitBatchCommand {
  const parsed = batchRequestSchema.safeParse(body, { error: sayWhatIsWrong });
  if (parsed.success)
    return submitBatchCommandOf(parsed.data, { workspaceId, submittedBy, traceparent: acceptTraceparent(undefined) });
  throw new MillraceError("VALIDATION_FAILED", "The schedule's batch would be refused", {
    details: { errors: toFieldErrors(parsed.error.issues) },
  });
}
