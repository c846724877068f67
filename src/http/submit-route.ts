import { z } from "zod";
import type { App } from "../app.ts";
import { acceptedViewSchema, jobViewSchema } from "../contract/job-view.ts";
import { documentSubmitRequest, submitRequestSchema } from "../contract/submit-request.ts";
import type { SubmitRequest } from "../contract/submit-request.ts";
import type { JobRef } from "../jobs/job.ts";
import { isTerminal } from "../jobs/lifecycle.ts";
import { submitJob } from "../jobs/submit.ts";
import { waitForJob } from "../jobs/wait-for-job.ts";
import { MillraceError } from "../platform/errors.ts";
import { traceIdOf } from "../platform/trace.ts";
import { etagOf } from "./etag.ts";
import { jobReply } from "./job-reply.ts";
import { preferredWaitSeconds } from "./prefer.ts";
import { POLL_SECONDS, jobUrl, presentAccepted } from "./present-job.ts";
import { defineRoute } from "./route.ts";
import type { Reply, RequestContext } from "./route.ts";

/** The heading that the routes of jobs stand under in the API document. */
export const JOBS_TAG = "async-jobs";

/** Printable ASCII, as the draft of the header wants; in quotes or bare. */
const idempotencyKeySchema = z.string().regex(/^[\x21-\x7e]{1,255}$/);

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
  answers: {
    202: {
      description: "Accepted: the job will end, whatever happens to us",
      schema: acceptedViewSchema,
      headers: ["Location", "Operation-Location", "Retry-After", "ETag", "Idempotency-Replayed"],
    },
    200: { description: "`Prefer: wait` was honoured and the job has ended", schema: jobViewSchema },
  },
  problems: [
    ...(["INVALID_JSON", "BODY_NOT_OBJECT", "BODY_TOO_DEEP", "UNKNOWN_FIELD", "INVALID_HEADER"] as const),
    ...(["UNKNOWN_JOB_TYPE", "LENGTH_REQUIRED", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"] as const),
    ...(["VALIDATION_FAILED", "IDEMPOTENCY_MISMATCH", "SEQUENCE_TAKEN", "STORAGE_UNAVAILABLE"] as const),
  ],
  handle: async (app, request) => submit(app, request, request.body),
});

async function submit(app: App, request: RequestContext, body: SubmitRequest): Promise<Reply> {
  const { job, replayed, unsent } = await submitJob(app, {
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
  if (unsent) request.log.warn("message not put", { job_id: job.jobId, trace_id: traceIdOf(job.traceparent) }, unsent);
  const replay = replayed ? { "idempotency-replayed": "true" } : {};
  const seconds = preferredWaitSeconds(request.header("prefer"));
  const ended = seconds > 0 ? await endedReply(app, request, { ref: job, seconds }) : undefined;
  if (ended) return { ...ended, headers: { ...ended.headers, ...replay, "preference-applied": `wait=${seconds}` } };
  const url = jobUrl(request.origin, job.jobId);
  const operation = `${request.origin}/api/operations/${job.operationId}`;
  return {
    status: 202,
    headers: {
      ...replay,
      etag: etagOf(job),
      location: url,
      "operation-location": operation,
      "retry-after": String(POLL_SECONDS),
    },
    json: presentAccepted(job, request.origin),
  };
}

/**
 * The whole job, if it ends in time. Nothing when it does not, nor when it cannot be read: it was accepted, and a 503
 * would have the client submit it again.
 */
async function endedReply(
  app: App,
  request: RequestContext,
  { ref, seconds }: { readonly ref: JobRef; readonly seconds: number },
): Promise<Reply | undefined> {
  try {
    const job = await waitForJob(app, { ref, seconds, until: ({ phase }) => isTerminal(phase) });
    return isTerminal(job.phase) ? await jobReply(app, request, job) : undefined;
  } catch (thrown) {
    if (thrown instanceof MillraceError) return undefined;
    throw thrown;
  }
}

function idempotencyKeyOf(header: string | null): string | undefined {
  if (header === null) return undefined;
  const quoted = /^"(.*)"$/.exec(header);
  const parsed = idempotencyKeySchema.safeParse(quoted?.[1] ?? header);
  if (parsed.success) return parsed.data;
  throw new MillraceError("INVALID_HEADER", "Idempotency-Key takes 1 to 255 printable ASCII characters without spaces");
}
