import { z } from "zod";
import type { App } from "../app.ts";
import { jobListSchema, jobViewSchema } from "../contract/job-view.ts";
import { listQuerySchema, waitQuerySchema } from "../contract/list-query.ts";
import type { ListQuery } from "../contract/list-query.ts";
import { deleteJob } from "../jobs/delete-job.ts";
import type { Job } from "../jobs/life/job.ts";
import { isTerminal, phasesWithStatus } from "../jobs/life/lifecycle.ts";
import { listJobs } from "../jobs/list-jobs.ts";
import { readArtifact } from "../jobs/read-artifact.ts";
import { waitForJob } from "../jobs/wait-for-job.ts";
import { explainWait } from "../jobs/waits/explain-wait.ts";
import { waitCode } from "../jobs/waits/wait-reason.ts";
import { MillraceError } from "../platform/errors.ts";
import { cancelRoute } from "./cancel-route.ts";
import { decisionRoute } from "./decision-route.ts";
import { etagOf, noneMatch } from "./etag.ts";
import { historyRoute } from "./history-route.ts";
import { JOBS_TAG as TAG, jobParams } from "./job-params.ts";
import { headersOf, jobReply, readReturned } from "./job-reply.ts";
import { nextLink } from "./next-link.ts";
import { operationRoute } from "./operation-route.ts";
import { presentJob, presentResult } from "./present-job.ts";
import { regenerateRoute } from "./regenerate-route.ts";
import { defineRoute } from "./route.ts";
import type { Reply, RequestContext, Route } from "./route.ts";
import { submitRoute } from "./submit-route.ts";

export const jobRoutes: readonly Route[] = [
  submitRoute,

  defineRoute({
    name: "jobs-list",
    methods: ["GET"],
    path: "api/jobs",
    access: "key",
    tag: TAG,
    summary: "List jobs, newest first",
    query: listQuerySchema,
    answers: { 200: { description: "A page of jobs, without their results", schema: jobListSchema } },
    problems: ["INVALID_QUERY", "STORAGE_UNAVAILABLE"],
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
    problems: ["JOB_NOT_FOUND", "GONE", "INVALID_QUERY", "STORAGE_UNAVAILABLE"],
    async handle(app, request) {
      const ref = { workspaceId: request.workspaceId, jobId: request.params.job_id };
      const known = request.header("if-none-match");
      const first = (await app.jobs.require(ref)).job;
      const tag = (job: Job) => etagOf(job, waitCode(job, app.clock.now()));
      const baseline = known ?? tag(first);
      const changed = (job: Job) => isTerminal(job.phase) || noneMatch(baseline, tag(job));
      const { wait = 0 } = request.query;
      const job = wait > 0 ? await waitForJob(app, { job: first, seconds: wait, until: changed }) : first;
      const reason = await explainWait(app, job);
      if (noneMatch(known, etagOf(job, reason?.code))) return jobReply(app, request, job);
      return { status: 304, headers: headersOf(app, job, reason) };
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
    problems: ["JOB_NOT_FOUND", "GONE", "JOB_NOT_TERMINAL", "UNDO_PENDING", "VERSION_CONFLICT", "STORAGE_UNAVAILABLE"],
    async handle(app, { workspaceId, params, log }) {
      const { unfinished } = await deleteJob(app, { workspaceId, jobId: params.job_id });
      if (unfinished !== undefined) log.warn("clean-up put off", { job_id: params.job_id }, unfinished);
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
    problems: ["JOB_NOT_FOUND", "GONE", "JOB_NOT_TERMINAL", "JOB_FAILED", "JOB_CANCELLED", "STORAGE_UNAVAILABLE"],
    async handle(app, { workspaceId, params, origin }) {
      const { job } = await app.jobs.require({ workspaceId, jobId: params.job_id });
      if (job.phase === "failed") throw new MillraceError("JOB_FAILED", `${job.error.code}: ${job.error.message}`);
      if (job.phase === "cancelled")
        throw new MillraceError("JOB_CANCELLED", "The job was cancelled: it has no result");
      if (job.phase !== "done")
        throw new MillraceError("JOB_NOT_TERMINAL", `The job is "${job.phase}"; ask again later`);
      return { status: 200, json: presentResult(job, origin, await readReturned(app, job)) };
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
    problems: ["JOB_NOT_FOUND", "GONE", "NOT_FOUND", "STORAGE_UNAVAILABLE"],
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

  cancelRoute,
  decisionRoute,
  regenerateRoute,
  historyRoute,
  operationRoute,
];

async function list(app: App, { workspaceId, origin, log }: RequestContext, query: ListQuery): Promise<Reply> {
  const page = await listJobs(app, {
    workspaceId,
    phases: query.status && phasesWithStatus(query.status),
    waitingFor: query.waiting_for,
    jobType: query.job_type,
    customerId: query.customer_id,
    batchId: query.batch_id,
    createdAfter: query.created_after === undefined ? undefined : new Date(query.created_after),
    olderThan: query.cursor,
    limit: query.limit,
  });
  for (const { jobId, unreadable } of page.unreadable)
    log.error("row skipped in a list", { job_id: jobId }, unreadable);
  const value = await Promise.all(
    page.jobs.map(async (job) => presentJob(job, origin, { wait: await explainWait(app, job) })),
  );
  const next = page.next && nextLink(`${origin}/api/jobs`, query, page.next);
  return { status: 200, json: { value, ...(next && { next_link: next }) } };
}
