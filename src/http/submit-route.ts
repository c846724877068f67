import { z } from "zod";
import type { App } from "../app.ts";
import { documentSubmitRequest, submitRequestSchema } from "../contract/submit-request.ts";
import type { SubmitRequest } from "../contract/submit-request.ts";
import { submitJob } from "../jobs/submit.ts";
import { ACCEPTED_ANSWERS, acceptedReply } from "./accepted-reply.ts";
import { idempotencyKeyOf, idempotencyKeySchema } from "./idempotency-key.ts";
import { JOBS_TAG } from "./job-params.ts";
import { defineRoute } from "./route.ts";
import type { Reply, RequestContext } from "./route.ts";

export const submitRoute = defineRoute({
  name: "jobs-submit",
  methods: ["POST"],
  path: "api/jobs",
  access: "key",
  tag: JOBS_TAG,
  summary: "Submit a job",
  headers: z.object({
    "Idempotency-Key": idempotencyKeySchema.optional().meta({
      description: "The same key and body give the same job, however often they are sent",
    }),
    Prefer: z.string().optional().meta({ description: "`wait=N`: answer 200 if the job ends within N (≤ 60) seconds" }),
  }),
  body: { kind: "json", schema: submitRequestSchema, documented: documentSubmitRequest },
  answers: ACCEPTED_ANSWERS,
  problems: [
    ...(["INVALID_JSON", "BODY_NOT_OBJECT", "BODY_TOO_DEEP", "UNKNOWN_FIELD", "INVALID_HEADER"] as const),
    ...(["UNKNOWN_JOB_TYPE", "LENGTH_REQUIRED", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"] as const),
    ...(["VALIDATION_FAILED", "IDEMPOTENCY_MISMATCH", "SEQUENCE_TAKEN", "STORAGE_UNAVAILABLE"] as const),
  ],
  handle: async (app, request) => submit(app, request, request.body),
});

async function submit(app: App, request: RequestContext, body: SubmitRequest): Promise<Reply> {
  const submitted = await submitJob(app, {
    workspaceId: request.workspaceId,
    jobType: body.job_type,
    payload: body.payload,
    mode: body.mode ?? body.executionMode,
    priority: body.priority,
    runAt: body.run_at,
    delaySeconds: body.delay_seconds,
    expiresAt: body.expires_at,
    sequenceKey: body.sequence_key,
    sequence: body.sequence,
    customerId: body.customer_id,
    metadata: body.metadata,
    tags: body.tags,
    traceparent: request.traceparent,
    idempotencyKey: idempotencyKeyOf(request.header("idempotency-key")),
  });
  return acceptedReply(app, request, submitted);
}
