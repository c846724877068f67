import { decisionRequestSchema } from "../contract/decision-request.ts";
import { jobViewSchema } from "../contract/job-view.ts";
import { PRINCIPAL_HEADER, principalOf } from "../identity/principal.ts";
import { decideJob } from "../jobs/decide.ts";
import { hear } from "../jobs/orchestration/hear.ts";
import { JOBS_TAG, jobParams } from "./job-params.ts";
import { jobReply } from "./job-reply.ts";
import { defineRoute } from "./route.ts";

export const decisionRoute = defineRoute({
  name: "jobs-decide",
  methods: ["POST"],
  path: "api/jobs/{job_id}/decision",
  access: "key",
  tellsOrchestrations: true,
  tag: JOBS_TAG,
  summary: "Vote on what a job waits for people to decide; the same vote twice is as once",
  params: jobParams,
  body: { kind: "json", schema: decisionRequestSchema },
  answers: { 200: { description: "The job, with the vote", schema: jobViewSchema, headers: ["ETag"] } },
  problems: [
    ...(["INVALID_JSON", "BODY_NOT_OBJECT", "BODY_TOO_DEEP", "UNKNOWN_FIELD", "INVALID_HEADER"] as const),
    ...(["LENGTH_REQUIRED", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "VALIDATION_FAILED"] as const),
    ...(["SELF_APPROVAL", "VOTER_UNKNOWN", "JOB_NOT_FOUND", "GONE", "OPERATION_SUPERSEDED"] as const),
    ...(["JOB_NOT_WAITING", "ALREADY_VOTED", "VERSION_CONFLICT", "STORAGE_UNAVAILABLE"] as const),
  ],
  async handle(app, request) {
    const { decision, comment, step, operation_id: operationId } = request.body;
    const { job, isDecided } = await decideJob(app, {
      ref: { workspaceId: request.workspaceId, jobId: request.params.job_id },
      vote: { decision, ...(comment && { comment }) },
      voter: principalOf(request.header(PRINCIPAL_HEADER)),
      step,
      operationId,
    });
    if (isDecided && job.phase === "waiting") await hear(app, { job, step: job.waitingFor.step, log: request.log });
    return jobReply(app, request, job);
  },
});
