import { z } from "zod";
import { idempotencyKeySchema } from "../contract/ids.ts";
import { documentSubmitRequest, submitRequestSchema } from "../contract/submit-request.ts";
import { submitCommandOf } from "../jobs/submit-command.ts";
import { submitJob } from "../jobs/submit.ts";
import { ACCEPTED_ANSWERS, acceptedReply } from "./accepted-reply.ts";
import { JOBS_TAG } from "./job-params.ts";
import { defineRoute } from "./route.ts";
import { senderOf } from "./sender.ts";

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
  async handle(app, request) {
    const submitted = await submitJob(app, submitCommandOf(request.body, senderOf(request)));
    return acceptedReply(app, request, submitted);
  },
});
