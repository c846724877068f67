import { z } from "zod";
import { idempotencyKeySchema } from "../contract/ids.ts";
import { regenerateRequestSchema } from "../contract/regenerate-request.ts";
import { regenerateJob } from "../jobs/regenerate.ts";
import { ACCEPTED_ANSWERS, acceptedReply } from "./accepted-reply.ts";
import { JOBS_TAG, jobParams } from "./job-params.ts";
import { defineRoute } from "./route.ts";
import { senderOf } from "./sender.ts";

export const regenerateRoute = defineRoute({
  name: "jobs-regenerate",
  methods: ["POST"],
  path: "api/jobs/{job_id}/regenerate",
  access: "key",
  tag: JOBS_TAG,
  summary: "Begin a new operation of a job that has ended",
  params: jobParams,
  headers: z.object({
    "Idempotency-Key": idempotencyKeySchema.optional().meta({
      description: "The same key and body give the operation they began, for as long as it is the job's current one",
    }),
    Prefer: z.string().optional().meta({ description: "`wait=N`: answer 200 if the job ends within N (≤ 60) seconds" }),
  }),
  body: { kind: "json", schema: regenerateRequestSchema, isOptional: true },
  answers: ACCEPTED_ANSWERS,
  problems: [
    ...(["INVALID_JSON", "BODY_NOT_OBJECT", "BODY_TOO_DEEP", "UNKNOWN_FIELD", "INVALID_HEADER"] as const),
    ...(["LENGTH_REQUIRED", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"] as const),
    ...(["VALIDATION_FAILED", "IDEMPOTENCY_MISMATCH", "UNKNOWN_JOB_TYPE", "JOB_NOT_FOUND", "GONE"] as const),
    ...(["JOB_NOT_TERMINAL", "UNDO_PENDING", "VERSION_CONFLICT", "STORAGE_UNAVAILABLE"] as const),
  ],
  async handle(app, request) {
    const { workspaceId, ...sender } = senderOf(request);
    const ref = { workspaceId, jobId: request.params.job_id };
    const regenerated = await regenerateJob(app, { ref, payload: request.body.payload, ...sender });
    return acceptedReply(app, request, regenerated);
  },
});
