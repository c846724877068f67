import type { App } from "../app.ts";
import { acceptedViewSchema, jobViewSchema } from "../contract/job-view.ts";
import type { Job } from "../jobs/life/job.ts";
import { isTerminal } from "../jobs/life/lifecycle.ts";
import { waitForJob } from "../jobs/wait-for-job.ts";
import { explainWait } from "../jobs/waits/explain-wait.ts";
import { MillraceError } from "../platform/errors.ts";
import { traceIdOf } from "../platform/trace.ts";
import { headersOf, jobReply } from "./job-reply.ts";
import { preferredWaitSeconds } from "./prefer.ts";
import { jobUrl, operationUrl, presentAccepted } from "./present-job.ts";
import type { Answer, Reply, RequestContext } from "./route.ts";

interface Accepted {
  readonly job: Job;
  /** Of the operation that the request began, where the job may have begun another since. */
  readonly operationId?: string;
  /** The same request was accepted before. */
  readonly replayed: boolean;
  /** Why the job's message could not be put just now. */
  readonly unsent?: unknown;
}

/** What a route answers that begins an operation of a job. */
export const ACCEPTED_ANSWERS: Readonly<Record<number, Answer>> = {
  202: {
    description: "Accepted: the job will end, whatever happens to us",
    schema: acceptedViewSchema,
    headers: ["Location", "Operation-Location", "Retry-After", "ETag", "Idempotency-Replayed"],
  },
  200: {
    description: "`Prefer: wait` was honoured and the job has ended",
    schema: jobViewSchema,
    headers: ["ETag", "Preference-Applied", "Idempotency-Replayed"],
  },
};

/** 202 with where to look; or 200 with the whole job, if the client prefers to wait and it ends in time. */
export async function acceptedReply(
  app: App,
  request: RequestContext,
  { job, operationId = job.operationId, replayed, unsent }: Accepted,
): Promise<Reply> {
  if (unsent) request.log.warn("message not put", { job_id: job.jobId, trace_id: traceIdOf(job.traceparent) }, unsent);
  const replay = replayed ? { "idempotency-replayed": "true" } : {};
  const seconds = preferredWaitSeconds(request.header("prefer"));
  const ended = seconds > 0 ? await endedReply(app, request, { job, seconds }) : undefined;
  if (ended) return { ...ended, headers: { ...ended.headers, ...replay, "preference-applied": `wait=${seconds}` } };
  const begun = { ...job, operationId };
  return {
    status: 202,
    headers: {
      "retry-after": "1", // An earlier request's job can have ended: then there is nothing to wait for.
      ...headersOf(app, begun, await explainWait(app, begun)),
      ...replay,
      location: jobUrl(request.origin, job.jobId),
      "operation-location": operationUrl(request.origin, operationId),
    },
    json: presentAccepted(begun, request.origin),
  };
}

/**
 * The whole job, if it ends in time. Nothing when it does not, nor when it cannot be read: it was accepted, and a 503
 * would have the client submit it again.
 */
async function endedReply(
  app: App,
  request: RequestContext,
  { job: accepted, seconds }: { readonly job: Job; readonly seconds: number },
): Promise<Reply | undefined> {
  try {
    const job = await waitForJob(app, { job: accepted, seconds, until: ({ phase }) => isTerminal(phase) });
    return isTerminal(job.phase) ? await jobReply(app, request, job) : undefined;
  } catch (thrown) {
    if (thrown instanceof MillraceError) return undefined;
    throw thrown;
  }
}
