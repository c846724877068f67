import type { App } from "../app.ts";
import type { BatchRef } from "../batches/batch.ts";
import { readBatch } from "../batches/read-batch.ts";
import { batchQuerySchema } from "../contract/batch-view.ts";
import type { BatchQuery, BatchView } from "../contract/batch-view.ts";
import { digest } from "../jobs/store/idempotency.ts";
import { UNCACHED } from "./job-reply.ts";
import { nextLink } from "./next-link.ts";
import { batchUrl, presentBatch } from "./present-batch.ts";
import type { Reply, RequestContext } from "./route.ts";

const FIRST_PAGE = batchQuerySchema.parse({});

interface ShownReply extends Required<Pick<Reply, "status" | "headers" | "json">> {
  readonly etag: string;
}

/** 200 with the batch, and a page of its items: the first, if none is asked for. */
export async function batchReply(
  app: App,
  { origin }: RequestContext,
  { ref, query = FIRST_PAGE }: { readonly ref: BatchRef; readonly query?: BatchQuery },
): Promise<ShownReply> {
  const shown = await readBatch(app, ref, {
    limit: query.limit,
    behind: query.cursor,
    statuses: query.status,
  });
  const next = shown.next === undefined ? undefined : nextLink(batchUrl(origin, ref.batchId), query, shown.next);
  const json = presentBatch(shown, origin, next);
  const etag = etagOf(json);
  const headers = { etag, ...UNCACHED, ...(!shown.batch.endedAt && { "retry-after": "2" }) };
  return { status: 200, headers, json, etag };
}

/** 202 with the batch, which somebody has asked something of that goes on behind this answer. */
export async function batchUnderWay(app: App, request: RequestContext, ref: BatchRef): Promise<Reply> {
  const { json, headers } = await batchReply(app, request, { ref });
  return { status: 202, headers: { ...headers, location: batchUrl(request.origin, ref.batchId) }, json };
}

/** Of all that is shown: how items stand is in no one row that could have a version. */
function etagOf(view: BatchView): string {
  return `W/"${digest(JSON.stringify(view)).slice(0, 20)}"`;
}
