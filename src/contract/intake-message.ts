import { z } from "zod";
import { idempotencyKeySchema, workspaceIdSchema } from "./ids.ts";
import { submitRequestSchema } from "./submit-request.ts";

/** A message of the intake queue: the body of `POST /api/jobs`, and what a request says in its headers. */
export const intakeMessageSchema = submitRequestSchema.safeExtend({
  workspace_id: workspaceIdSchema.optional(),
  idempotency_key: idempotencyKeySchema.optional(),
});

/** The other message of the intake queue: there is a new blob in the inbox, of this name, or a new version of one. */
export const blobNoticeSchema = z.strictObject({
  /** In its container. Azure allows 1,024 characters. */
  blob: z.string().min(1).max(1024),
});
export type BlobNotice = z.infer<typeof blobNoticeSchema>;
