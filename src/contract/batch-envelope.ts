import { z } from "zod";
import { batchIdSchema, jobIdSchema, operationIdSchema, workspaceIdSchema } from "./ids.ts";

/**
 * A message on the queue of batches: a doorbell, as those for jobs are. It names a batch that somebody is to look at, or
 * the row that says how an operation of a batch's job ended.
 */
export const batchEnvelopeSchema = z.discriminatedUnion("kind", [
  z.object({
    schema: z.literal(1),
    kind: z.literal("batch"),
    workspace_id: workspaceIdSchema,
    batch_id: batchIdSchema,
    /** Of the wake-up row that this comes of, if it does. */
    due_at: z.iso.datetime().optional(),
  }),
  z.object({
    schema: z.literal(1),
    kind: z.literal("hand_off"),
    workspace_id: workspaceIdSchema,
    job_id: jobIdSchema,
    operation_id: operationIdSchema,
    due_at: z.iso.datetime(),
  }),
]);
export type BatchEnvelope = z.infer<typeof batchEnvelopeSchema>;

/** What a hand-off's row is found by. */
interface HandOffName {
  readonly workspaceId: string;
  readonly jobId: string;
  readonly operationId: string;
  readonly dueAt: Date;
}

/** The doorbell of a hand-off. */
export function handOffEnvelope({ workspaceId, jobId, operationId, dueAt }: HandOffName): BatchEnvelope {
  return {
    schema: 1,
    kind: "hand_off",
    workspace_id: workspaceId,
    job_id: jobId,
    operation_id: operationId,
    due_at: dueAt.toISOString(),
  };
}
