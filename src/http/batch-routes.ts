import { z } from "zod";
import type { App } from "../app.ts";
import { batchPhasesWithStatus } from "../batches/batch-phases.ts";
import type { BatchRef } from "../batches/batch.ts";
import { cancelBatch } from "../batches/cancel-batch.ts";
import { listBatches } from "../batches/list-batches.ts";
import { regenerateItem } from "../batches/regenerate-item.ts";
import { regenerateItems } from "../batches/regenerate-items.ts";
import { submitBatchCommandOf } from "../batches/submit-batch-command.ts";
import { submitBatch } from "../batches/submit-batch.ts";
import {
  batchRequestSchema,
  itemKeySchema,
  regenerateItemRequestSchema,
  regenerateItemsRequestSchema,
} from "../contract/batch-request.ts";
import type { BatchRequest } from "../contract/batch-request.ts";
import {
  acceptedBatchViewSchema,
  batchHistoryViewSchema,
  batchListQuerySchema,
  batchListSchema,
  batchQuerySchema,
  batchViewSchema,
  regeneratedItemsViewSchema,
} from "../contract/batch-view.ts";
import { cancelBatchRequestSchema } from "../contract/cancel-request.ts";
import { batchIdSchema, idempotencyKeySchema } from "../contract/ids.ts";
import type { Settings } from "../platform/settings.ts";
import { traceIdOf } from "../platform/trace.ts";
import { batchReply, batchUnderWay } from "./batch-reply.ts";
import { BODY_PROBLEMS } from "./body-problems.ts";
import { noneMatch } from "./etag.ts";
import { nextLink } from "./next-link.ts";
import {
  batchUrl,
  presentAcceptedBatch,
  presentBatchLine,
  presentListedBatch,
  presentRegenerated,
} from "./present-batch.ts";
import { defineRoute } from "./route.ts";
import type { Reply, RequestContext, Route } from "./route.ts";
import { senderOf } from "./sender.ts";

const TAG = "batches";
const BATCH_PATH = "api/batches/{batch_id}";
const params = z.object({ batch_id: batchIdSchema });
const UNDER_WAY = { schema: batchViewSchema, headers: ["Location", "ETag", "Retry-After"] } as const;

/** Jobs that wait for each other: submit, watch, cancel. */
export const batchRoutes: readonly Route[] = [
  defineRoute({
    name: "batches-submit",
    methods: ["POST"],
    path: "api/batches",
    access: "key",
    tag: TAG,
    summary: "Submit jobs that wait for each other",
    headers: z.object({
      "Idempotency-Key": idempotencyKeySchema.optional().meta({
        description: "The same key and body give the same batch, however often they are sent",
      }),
    }),
    body: { kind: "json", schema: batchRequestSchema, maxBytes: (settings: Settings) => settings.MAX_BATCH_BODY_BYTES },
    answers: {
      202: {
        description: "Accepted: all items will end, whatever happens to us",
        schema: acceptedBatchViewSchema,
        headers: ["Location", "Retry-After", "Idempotency-Replayed"],
      },
    },
    problems: [
      ...BODY_PROBLEMS,
      ...(["GRAPH_TOO_LARGE", "DUPLICATE_KEY", "UNKNOWN_DEPENDENCY", "DEPENDENCY_CYCLE"] as const),
      ...(["INVALID_HEADER", "IDEMPOTENCY_MISMATCH", "STORAGE_UNAVAILABLE"] as const),
    ],
    handle: async (app, request) => submit(app, request, request.body),
  }),

  defineRoute({
    name: "batches-list",
    methods: ["GET"],
    path: "api/batches",
    access: "key",
    tag: TAG,
    summary: "List batches, newest first",
    query: batchListQuerySchema,
    answers: { 200: { description: "A page of batches, without their items", schema: batchListSchema } },
    problems: ["INVALID_QUERY", "STORAGE_UNAVAILABLE"],
    async handle(app, { workspaceId, query, origin, log }) {
      const { status, cursor: olderThan, limit } = query;
      const phases = status && batchPhasesWithStatus(status);
      const { batches, unreadable, next } = await listBatches(app, { workspaceId, phases, olderThan, limit });
      for (const row of unreadable) log.error("row skipped in a list", { batch_id: row.batchId }, row.unreadable);
      const value = batches.map((batch) => presentListedBatch(batch, origin));
      const link = next && nextLink(`${origin}/api/batches`, query, next);
      return { status: 200, json: { value, ...(link && { next_link: link }) } };
    },
  }),

  defineRoute({
    name: "batches-get",
    methods: ["GET"],
    path: BATCH_PATH,
    access: "key",
    tag: TAG,
    summary: "Read how a batch and its items stand",
    params,
    query: batchQuerySchema,
    headers: z.object({ "If-None-Match": z.string().optional() }),
    answers: {
      200: { description: "The batch", schema: batchViewSchema, headers: ["ETag", "Retry-After"] },
      304: { description: "It is as the `If-None-Match` header knows it", headers: ["ETag", "Retry-After"] },
    },
    problems: ["BATCH_NOT_FOUND", "INVALID_QUERY", "STORAGE_UNAVAILABLE"],
    async handle(app, request) {
      const reply = await batchReply(app, request, { ref: refOf(request), query: request.query });
      if (noneMatch(request.header("if-none-match"), reply.etag)) return reply;
      return { status: 304, headers: reply.headers };
    },
  }),

  defineRoute({
    name: "batches-cancel",
    methods: ["POST"],
    path: `${BATCH_PATH}/cancel`,
    access: "key",
    tag: TAG,
    summary: "Cancel whatever of a batch has not ended; twice is as once",
    params,
    body: { kind: "json", schema: cancelBatchRequestSchema, isOptional: true },
    answers: { 202: { ...UNDER_WAY, description: "It is being cancelled" } },
    problems: [
      ...BODY_PROBLEMS,
      ...(["BATCH_NOT_FOUND", "BATCH_ALREADY_ENDED", "VERSION_CONFLICT", "STORAGE_UNAVAILABLE"] as const),
    ],
    async handle(app, request) {
      const ref = refOf(request);
      const { unsent } = await cancelBatch(app, ref, request.body.reason);
      if (unsent) request.log.warn("message not put", { batch_id: ref.batchId }, unsent);
      return batchUnderWay(app, request, ref);
    },
  }),

  defineRoute({
    name: "batches-regenerate-item",
    methods: ["POST"],
    path: `${BATCH_PATH}/items/{key}/regenerate`,
    access: "key",
    tag: TAG,
    summary: "Have one item that has ended run again, alone or with what depends on it",
    params: params.extend({ key: itemKeySchema }),
    headers: z.object({
      "Idempotency-Key": idempotencyKeySchema.optional().meta({
        description: "The same key and body have the item run once, until it is asked to run again otherwise",
      }),
    }),
    body: { kind: "json", schema: regenerateItemRequestSchema, isOptional: true },
    answers: {
      202: { ...UNDER_WAY, description: "It runs again", headers: [...UNDER_WAY.headers, "Idempotency-Replayed"] },
    },
    problems: [
      ...BODY_PROBLEMS,
      ...(["BATCH_NOT_FOUND", "NOT_FOUND", "ITEM_NOT_ENDED", "UNDO_PENDING", "JOB_NOT_FOUND", "GONE"] as const),
      ...(["INVALID_HEADER", "IDEMPOTENCY_MISMATCH", "VERSION_CONFLICT", "STORAGE_UNAVAILABLE"] as const),
    ],
    async handle(app, request) {
      const ref = refOf(request);
      const { dependents = "keep" } = request.body;
      const { idempotencyKey, submittedBy } = senderOf(request);
      const command = { ref, key: request.params.key, dependents, idempotencyKey, submittedBy };
      const { replayed } = await regenerateItem(app, command);
      const reply = await batchUnderWay(app, request, ref);
      return replayed ? { ...reply, headers: { ...reply.headers, "idempotency-replayed": "true" } } : reply;
    },
  }),

  defineRoute({
    name: "batches-regenerate",
    methods: ["POST"],
    path: `${BATCH_PATH}/regenerate`,
    access: "key",
    tag: TAG,
    summary: "Have the items that ended so run again, up to a hundred in each call",
    params,
    headers: z.object({
      "Idempotency-Key": idempotencyKeySchema.optional().meta({
        description: "Each item is begun once for the key: ask with the same key until nothing is left",
      }),
    }),
    body: { kind: "json", schema: regenerateItemsRequestSchema, isOptional: true },
    answers: {
      202: { description: "They run again", schema: regeneratedItemsViewSchema, headers: ["Location", "Retry-After"] },
    },
    problems: [
      ...BODY_PROBLEMS,
      ...(["BATCH_NOT_FOUND", "ITEM_NOT_ENDED"] as const),
      ...(["INVALID_HEADER", "IDEMPOTENCY_MISMATCH", "STORAGE_UNAVAILABLE"] as const),
    ],
    async handle(app, request) {
      const ref = refOf(request);
      const { status: states = ["failed"], dependents = "keep" } = request.body;
      const { idempotencyKey, submittedBy } = senderOf(request);
      const regenerated = await regenerateItems(app, { ref, states, dependents, submittedBy, idempotencyKey });
      const json = presentRegenerated(ref, regenerated, request.origin);
      return { status: 202, headers: { location: json.status_url, "retry-after": "2" }, json };
    },
  }),

  defineRoute({
    name: "batches-get-history",
    methods: ["GET"],
    path: `${BATCH_PATH}/history`,
    access: "key",
    tag: TAG,
    summary: "Read what happened to a batch as a whole, newest first",
    params,
    answers: { 200: { description: "Its latest hundred transitions", schema: batchHistoryViewSchema } },
    problems: ["BATCH_NOT_FOUND", "STORAGE_UNAVAILABLE"],
    async handle(app, request) {
      const ref = refOf(request);
      await app.batches.require(ref);
      return { status: 200, json: { value: (await app.batches.listLines(ref, MOST_LINES)).map(presentBatchLine) } };
    },
  }),
];

const MOST_LINES = 100;

function refOf({
  workspaceId,
  params: { batch_id: batchId },
}: RequestContext & { readonly params: z.output<typeof params> }): BatchRef {
  return { workspaceId, batchId };
}

async function submit(app: App, request: RequestContext, body: BatchRequest): Promise<Reply> {
  const { batch, replayed, unsent } = await submitBatch(app, submitBatchCommandOf(body, senderOf(request)));
  const facts = { batch_id: batch.batchId, trace_id: traceIdOf(batch.traceparent) };
  if (unsent) request.log.warn("message not put", facts, unsent);
  return {
    status: 202,
    headers: {
      location: batchUrl(request.origin, batch.batchId),
      "retry-after": "1",
      ...(replayed && { "idempotency-replayed": "true" }),
    },
    json: presentAcceptedBatch(batch, request.origin),
  };
}
