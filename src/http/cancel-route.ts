import { cancelRequestSchema } from "../contract/cancel-request.ts";
import { jobViewSchema } from "../contract/job-view.ts";
import { cancelJob } from "../jobs/cancel.ts";
import { JOBS_TAG, jobParams } from "./job-params.ts";
import { jobReply } from "./job-reply.ts";
import { defineRoute } from "./route.ts";

export const cancelRoute = defineRoute({
  name: "jobs-cancel",
  methods: ["POST"],
  path: "api/jobs/{job_id}/cancel",
  access: "key",
  tellsOrchestrations: true,
  tag: JOBS_TAG,
  summary: "Cancel a job that has not ended; twice is as once",
  params: jobParams,
  body: { kind: "json", schema: cancelRequestSchema, isOptional: true },
  answers: { 200: { description: "The job, which is cancelled", schema: jobViewSchema, headers: ["ETag"] } },
  problems: [
    ...(["INVALID_JSON", "BODY_NOT_OBJECT", "BODY_TOO_DEEP", "UNKNOWN_FIELD"] as const),
    ...(["LENGTH_REQUIRED", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "VALIDATION_FAILED"] as const),
    ...(["JOB_NOT_FOUND", "GONE", "OPERATION_SUPERSEDED", "JOB_ALREADY_ENDED", "VERSION_CONFLICT"] as const),
    "STORAGE_UNAVAILABLE",
  ],
  async handle(app, request) {
    const { operation_id: operationId, reason } = request.body;
    const ref = { workspaceId: request.workspaceId, jobId: request.params.job_id };
    return jobReply(app, request, await cancelJob(app, { ref, operationId, reason, actor: "client" }));
  },
});
