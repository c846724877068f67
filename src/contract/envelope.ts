import { z } from "zod";
import { jobIdSchema, operationIdSchema, workspaceIdSchema } from "./ids.ts";

/**
 * The queue message: a doorbell that names a job. It carries ids only; whoever takes it reads the row and decides.
 * Unknown fields are let through, so that an older worker can read a newer message.
 */
export const envelopeSchema = z.object({
  schema: z.literal(1),
  workspace_id: workspaceIdSchema,
  job_id: jobIdSchema,
  operation_id: operationIdSchema,
  job_type: z.string().max(64),
  enqueued_at: z.iso.datetime(),
  traceparent: z.string().max(64),
});
export type Envelope = z.infer<typeof envelopeSchema>;
