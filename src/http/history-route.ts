import type { App } from "../app.ts";
import { historyViewSchema } from "../contract/history-view.ts";
import type { HistoryEntryView } from "../contract/history-view.ts";
import { historyQuerySchema } from "../contract/list-query.ts";
import type { HistoryQuery } from "../contract/list-query.ts";
import type { JobRef } from "../jobs/life/job.ts";
import type { HistoryEntry } from "../jobs/store/history.ts";
import { listHistory } from "../jobs/store/list-history.ts";
import { JOBS_TAG, jobParams } from "./job-params.ts";
import { UNCACHED } from "./job-reply.ts";
import { nextLink } from "./next-link.ts";
import { jobUrl, omitUndefined, presentError, presentUsage } from "./present-job.ts";
import { defineRoute } from "./route.ts";
import type { Reply, RequestContext } from "./route.ts";

export const historyRoute = defineRoute({
  name: "jobs-get-history",
  methods: ["GET"],
  path: "api/jobs/{job_id}/history",
  access: "key",
  tag: JOBS_TAG,
  summary: "Read what happened to a job, newest first",
  params: jobParams,
  query: historyQuerySchema,
  answers: { 200: { description: "A page of the job's transitions", schema: historyViewSchema } },
  problems: ["JOB_NOT_FOUND", "GONE", "INVALID_QUERY", "STORAGE_UNAVAILABLE"],
  handle: async (app, request) =>
    history(app, request, {
      ref: { workspaceId: request.workspaceId, jobId: request.params.job_id },
      query: request.query,
    }),
});

interface Asked {
  readonly ref: JobRef;
  readonly query: HistoryQuery;
}

async function history(app: App, { origin, log }: RequestContext, { ref, query }: Asked): Promise<Reply> {
  const { limit, cursor } = query;
  const page = await listHistory(app, { ref, limit, olderThan: cursor });
  for (const { version, unreadable } of page.unreadable)
    log.error("row skipped in a history", { job_id: ref.jobId, version }, unreadable);
  const value = page.entries.map(presentEntry);
  const next = page.next && nextLink(`${jobUrl(origin, ref.jobId)}/history`, query, page.next);
  return { status: 200, headers: UNCACHED, json: { value, ...(next && { next_link: next }) } };
}

function presentEntry({ event, at, operationId, error, usage, ...entry }: HistoryEntry): HistoryEntryView {
  return omitUndefined({
    ...entry,
    event: toSnakeCase(event),
    at: at.toISOString(),
    operation_id: operationId,
    error: error && presentError(error),
    usage: usage && presentUsage(usage),
  }) as HistoryEntryView;
}

/** Events are named as in the code; the wire has no capitals. */
function toSnakeCase(event: string): string {
  return event.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
