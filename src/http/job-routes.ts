import { z } from "zod";
import type { App } from "../app.ts";
import { jobIdSchema, operationIdSchema } from "../contract/ids.ts";
import { acceptedViewSchema, jobListSchema, jobViewSchema, operationViewSchema } from "../contract/job-view.ts";
import { listQuerySchema, waitQuerySchema } from "../contract/list-query.ts";
import type { ListQuery } from "../contract/list-query.ts";
import { documentSubmitRequest, submitRequestSchema } from "../contract/submit-request.ts";
import type { SubmitRequest } from "../contract/submit-request.ts";
import { deleteJob } from "../jobs/delete-job.ts";
import type { Job, JobRef } from "../jobs/job.ts";
import { isTerminal, phasesWithStatus } from "../jobs/lifecycle.ts";
import { listJobs } from "../jobs/list-jobs.ts";
import { readArtifact } from "../jobs/read-artifact.ts";
import { readResult } from "../jobs/read-result.ts";
import { submitJob } from "../jobs/submit.ts";
import { waitForJob } from "../jobs/wait-for-job.ts";
import { MillraceError } from "../platform/errors.ts";
import { jobIdOfOperation } from "../platform/ids.ts";
import { etagOf, noneMatch } from "./etag.ts";
import { preferredWaitSeconds } from "./prefer.ts";
import { POLL_SECONDS, jobUrl, presentAccepted, presentJob, presentOperation, presentResult } from "./present-job.ts";
import { defineRoute } from "./route.ts";
import type { Reply, RequestContext, Route } from "./route.ts";

const TAG = "async-jobs";
const jobParams = z.object({ job_id: jobIdSchema });

/** Printable ASCII, as the draft of the header wants; in quotes or bare. */
const idempotencyKeySchema = z.string().regex(/^[\x21-\x7e]{1,255}$/);

export const jobRoutes: readonly Route[] = [
  defineRoute({
    name: "jobs-submit",
    methods: ["POST"],
    path: "api/jobs",
    access: "key",
    tag: TAG,
    summary: "Submit a job",
    headers: z.object({
      "Idempotency-Key": idempotencyKeySchema.optional().meta({
        description: "The same key and body give the same job, however often they are sent",
      }),
      Prefer: z
        .string()
        .optional()
        .meta({ description: "`wait=N`: answer 200 if the job ends within N (≤ 60) seconds" }),
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
      ...(["VALIDATION_FAILED", "IDEMPOTENCY_MISMATCH", "DISPATCH_FAILED", "STORAGE_UNAVAILABLE"] as const),
    ],
    handle: async (app, request) => submit(app, request, request.body),
  }),

  defineRoute({
    name: "jobs-list",
    methods: ["GET"],
    path: "api/jobs",
    access: "key",
    tag: TAG,
    summary: "List jobs, newest first",
    query: listQuerySchema,
    answers: { 200: { description: "A page of jobs, without their results", schema: jobListSchema } },
    problems: ["UNKNOWN_QUERY_PARAMETER", "INVALID_QUERY", "STORAGE_UNAVAILABLE"],
    handle: async (app, request) => list(app, request, request.query),
  }),

  defineRoute({
    name: "jobs-get",
    methods: ["GET"],
    path: "api/jobs/{job_id}",
    access: "key",
    tag: TAG,
    summary: "Read a job",
    params: jobParams,
    query: waitQuerySchema,
    headers: z.object({ "If-None-Match": z.string().optional() }),
    answers: {
      200: { description: "The job", schema: jobViewSchema, headers: ["ETag", "Retry-After"] },
      304: { description: "It is as the `If-None-Match` header knows it", headers: ["ETag", "Retry-After"] },
    },
    problems: ["JOB_NOT_FOUND", "UNKNOWN_QUERY_PARAMETER", "INVALID_QUERY", "STORAGE_UNAVAILABLE"],
    async handle(app, request) {
      const ref = { workspaceId: request.workspaceId, jobId: request.params.job_id };
      const known = request.header("if-none-match");
      const first = (await app.jobs.require(ref)).job;
      const baseline = known ?? etagOf(first);
      const changed = (job: Job) => isTerminal(job.phase) || noneMatch(baseline, etagOf(job));
      const { wait = 0 } = request.query;
      const job = wait > 0 && !changed(first) ? await waitForJob(app, { ref, seconds: wait, until: changed }) : first;
      if (!noneMatch(known, etagOf(job))) return { status: 304, headers: headersOf(job) };
      return jobReply(app, request, job);
    },
  }),

  defineRoute({
    name: "jobs-delete",
    methods: ["DELETE"],
    path: "api/jobs/{job_id}",
    access: "key",
    tag: TAG,
    summary: "Remove a job that has ended, with all it owns",
    params: jobParams,
    answers: { 204: { description: "It is gone" } },
    problems: ["JOB_NOT_FOUND", "JOB_NOT_TERMINAL", "VERSION_CONFLICT", "STORAGE_UNAVAILABLE"],
    async handle(app, { workspaceId, params }) {
      await deleteJob(app, { workspaceId, jobId: params.job_id });
      return { status: 204 };
    },
  }),

  defineRoute({
    name: "jobs-get-result",
    methods: ["GET"],
    path: "api/jobs/{job_id}/result",
    access: "key",
    tag: TAG,
    summary: "Read the result of a job that has ended",
    params: jobParams,
    answers: { 200: { description: "The result", schema: jobViewSchema.shape.result.unwrap() } },
    problems: ["JOB_NOT_FOUND", "JOB_NOT_TERMINAL", "JOB_FAILED", "STORAGE_UNAVAILABLE"],
    async handle(app, { workspaceId, params, origin }) {
      const { job } = await app.jobs.require({ workspaceId, jobId: params.job_id });
      if (job.phase === "failed") throw new MillraceError("JOB_FAILED", `${job.error.code}: ${job.error.message}`);
      if (job.phase !== "done")
        throw new MillraceError("JOB_NOT_TERMINAL", `The job is "${job.phase}"; ask again later`);
      return { status: 200, json: presentResult(job, origin, await readResult(app, job)) };
    },
  }),

  defineRoute({
    name: "jobs-get-artifact",
    methods: ["GET"],
    path: "api/jobs/{job_id}/artifacts/{name}",
    access: "key",
    tag: TAG,
    summary: "Download a stored output",
    params: jobParams.extend({ name: z.string().min(1).max(255) }),
    answers: { 200: { description: "The artifact, as it was stored", mediaType: "application/octet-stream" } },
    problems: ["JOB_NOT_FOUND", "NOT_FOUND", "STORAGE_UNAVAILABLE"],
    async handle(app, { workspaceId, params }) {
      const { job } = await app.jobs.require({ workspaceId, jobId: params.job_id });
      const { artifact, bytes } = await readArtifact(app, { job, name: params.name });
      const disposition = `attachment; filename="${artifact.name}"`;
      return {
        status: 200,
        headers: { "content-type": artifact.contentType, "content-disposition": disposition },
        bytes,
      };
    },
  }),

  defineRoute({
    name: "operations-get",
    methods: ["GET"],
    path: "api/operations/{operation_id}",
    access: "key",
    tag: TAG,
    summary: "Read an operation, in the shape of Azure's long-running operations",
    params: z.object({ operation_id: operationIdSchema }),
    answers: { 200: { description: "The operation", schema: operationViewSchema, headers: ["Retry-After"] } },
    problems: ["NOT_FOUND", "STORAGE_UNAVAILABLE"],
    async handle(app, { workspaceId, params, origin }) {
      const stored = await app.jobs.get({ workspaceId, jobId: jobIdOfOperation(params.operation_id) });
      if (stored?.job.operationId !== params.operation_id)
        throw new MillraceError("NOT_FOUND", "There is no operation with this id in this workspace");
      return { status: 200, headers: headersOf(stored.job), json: presentOperation(stored.job, origin) };
    },
  }),
];

async function submit(app: App, request: RequestContext, body: SubmitRequest): Promise<Reply> {
  const { job, replayed } = await submitJob(app, {
    workspaceId: request.workspaceId,
    jobType: body.job_type,
    payload: body.payload,
    mode: body.mode ?? body.executionMode,
    customerId: body.customer_id,
    metadata: body.metadata,
    tags: body.tags,
    traceparent: request.traceparent,
    idempotencyKey: idempotencyKeyOf(request.header("idempotency-key")),
  });
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

async function list(app: App, { workspaceId, origin }: RequestContext, query: ListQuery): Promise<Reply> {
  const page = await listJobs(app, {
    workspaceId,
    phases: query.status && phasesWithStatus(query.status),
    jobType: query.job_type,
    customerId: query.customer_id,
    createdAfter: query.created_after === undefined ? undefined : new Date(query.created_after),
    olderThan: query.cursor,
    limit: query.limit,
  });
  const value = page.jobs.map((job) => presentJob(job, origin));
  return { status: 200, json: { value, ...(page.next && { next_link: nextLink(origin, query, page.next) }) } };
}

function nextLink(origin: string, query: ListQuery, cursor: string): string {
  const link = new URL(`${origin}/api/jobs`);
  for (const [name, value] of Object.entries({ ...query, cursor })) link.searchParams.set(name, String(value));
  return link.href;
}

async function jobReply(app: App, { origin }: RequestContext, job: Job): Promise<Reply> {
  const result = job.phase === "done" ? await readResult(app, job) : undefined;
  return { status: 200, headers: headersOf(job), json: presentJob(job, origin, result) };
}

function headersOf(job: Job): Record<string, string> {
  return {
    etag: etagOf(job),
    "cache-control": "private, no-cache",
    ...(!isTerminal(job.phase) && { "retry-after": String(POLL_SECONDS) }),
  };
}
