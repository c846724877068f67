import { z } from "zod";
import { operationIdSchema } from "./ids.ts";

/** The body of `POST /api/jobs/{job_id}/cancel`; it need not be there. */
export const cancelRequestSchema = z
  .strictObject({
    operation_id: operationIdSchema.optional().meta({
      description: "Cancel this operation and no other; whichever is current, if absent",
    }),
    reason: z
      .string()
      .max(512)
      .regex(/^\P{Cc}*$/u, "has control characters")
      .optional()
      .meta({ description: "Kept in the job's history" }),
  })
  .meta({ id: "CancelRequest" });

/** The body of `POST /api/batches/{batch_id}/cancel`; it need not be there. */
export const cancelBatchRequestSchema = cancelRequestSchema.pick({ reason: true }).meta({ id: "CancelBatchRequest" });
