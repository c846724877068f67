import { z } from "zod";
import { operationIdSchema } from "./ids.ts";

/** The body of `POST /api/jobs/{job_id}/decision`. */
export const decisionRequestSchema = z
  .strictObject({
    decision: z.enum(["approve", "reject"]),
    comment: z
      .string()
      .max(512)
      .regex(/^\P{Cc}*$/u, "has control characters")
      .optional()
      .meta({ description: "Kept with the vote, and in the job's history" }),
    step: z.string().max(32).optional().meta({
      description: "Decide on this step and no other; on the one that waits, if absent",
    }),
    operation_id: operationIdSchema.optional().meta({
      description: "Decide on this operation and no other; on whichever is current, if absent",
    }),
  })
  .meta({ id: "DecisionRequest" });
