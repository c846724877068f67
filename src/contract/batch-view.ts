import { z } from "zod";
import { POLICIES } from "./batch-request.ts";
import { ERROR_CODES } from "./error-codes.ts";
import type { ErrorCode } from "./error-codes.ts";
import { batchIdSchema, jobIdSchema } from "./ids.ts";
import { pageLimitSchema } from "./list-query.ts";

const instant = z.iso.datetime();

export const BATCH_STATUSES = ["accepted", "running", "completed", "failed", "cancelled"] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

export const ITEM_STATUSES = ["blocked", "accepted", "running", "completed", "failed", "cancelled", "skipped"] as const;
export type ItemStatus = (typeof ITEM_STATUSES)[number];

const itemErrorSchema = z.object({
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
});

const lastItemSchema = z.object({
  job_id: jobIdSchema.optional().meta({ description: "Absent while it has no job, and for good if it never has one" }),
  status: z.enum(ITEM_STATUSES),
  error: itemErrorSchema.optional().meta({ description: "Why it failed" }),
});

const itemViewSchema = z
  .object({
    key: z.string(),
    ...lastItemSchema.shape,
    depends_on: z.array(z.string()),
  })
  .meta({ id: "BatchItem" });
export type ItemView = z.infer<typeof itemViewSchema>;

/** What the batch's own row says. */
const asAWhole = {
  batch_id: batchIdSchema,
  status: z.enum(BATCH_STATUSES).meta({
    description:
      "`completed`: all items are. `failed`: some item is failed, skipped or cancelled. `cancelled`: the batch was",
  }),
  on_failure: z.enum(POLICIES),
  stopping: z.enum(["cancelled", "failed"]).optional().meta({
    description: "Whatever has not ended is being cancelled, and this is what the batch will come to",
  }),
  item_count: z.int(),
  created_at: instant,
  updated_at: instant,
  ended_at: instant.optional(),
  expires_at: instant.optional().meta({ description: "When what is known of the batch is removed" }),
  trace_id: z.string(),
  links: z.object({ self: z.url(), cancel: z.url(), history: z.url(), jobs: z.url() }),
};

/** A batch in a list: how its items stand, only the batch itself says. */
const listedBatchSchema = z.object(asAWhole).meta({ id: "ListedBatch" });
export type ListedBatchView = z.infer<typeof listedBatchSchema>;

/** What `GET /api/batches` answers. */
export const batchListSchema = z
  .object({ value: z.array(listedBatchSchema), next_link: z.url().optional() })
  .meta({ id: "BatchList" });

/** What `GET /api/batches/{batch_id}` answers. */
export const batchViewSchema = z
  .object({
    ...asAWhole,
    counts: z.record(z.enum(ITEM_STATUSES), z.int().min(0)).meta({ description: "How many items have which status" }),
    items: z.array(itemViewSchema).meta({
      description: "A page of them, in the order of the request; none until all are written, a moment after it",
    }),
    next_link: z.url().optional(),
    finally: lastItemSchema.optional(),
  })
  .meta({ id: "Batch" });
export type BatchView = z.infer<typeof batchViewSchema>;

/** What `POST /api/batches` answers with 202. */
export const acceptedBatchViewSchema = z
  .object({
    batch_id: batchIdSchema,
    status: z.literal("accepted"),
    status_url: z.url(),
    item_count: z.int(),
    created_at: instant,
    trace_id: z.string(),
  })
  .meta({ id: "AcceptedBatch" });
export type AcceptedBatchView = z.infer<typeof acceptedBatchViewSchema>;

const MAX_ITEMS_SHOWN = 1000;

/** What `POST /api/batches/{batch_id}/regenerate` answers. */
export const regeneratedItemsViewSchema = z
  .object({
    batch_id: batchIdSchema,
    status_url: z.url(),
    begun: z.int().min(0).meta({ description: "How many items run again by this call" }),
    left: z.int().min(0).meta({ description: "How many more there are: ask again" }),
    refused: z
      .array(itemErrorSchema.extend({ key: z.string() }))
      .meta({ description: "Items that cannot run again, or not just now, and why" }),
  })
  .meta({ id: "RegeneratedItems" });
export type RegeneratedItemsView = z.infer<typeof regeneratedItemsViewSchema>;

/** The query of `GET /api/batches`. */
export const batchListQuerySchema = z.strictObject({
  status: z.enum(BATCH_STATUSES).optional(),
  limit: pageLimitSchema,
  cursor: batchIdSchema.optional().meta({ description: "From `next_link`; opaque" }),
});

/** The query of `GET /api/batches/{batch_id}`. */
export const batchQuerySchema = z.strictObject({
  status: z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(ITEM_STATUSES)))
    .optional()
    .meta({
      description:
        "Only items of these statuses, with commas between them; `counts` are of all. `accepted`: its job waits for a worker, or is about to be made; `running`: one is at it",
    }),
  limit: z.coerce.number().int().min(1).max(MAX_ITEMS_SHOWN).default(100),
  cursor: z.coerce.number().int().min(0).optional().meta({ description: "From `next_link`; opaque" }),
});
export type BatchQuery = z.infer<typeof batchQuerySchema>;

/** What `GET /api/batches/{batch_id}/history` answers. */
export const batchHistoryViewSchema = z
  .object({
    value: z.array(
      z.object({
        version: z.int(),
        event: z.string(),
        from: z.string().optional(),
        to: z.string(),
        at: instant,
        actor: z.string(),
        reason: z.string().optional(),
      }),
    ),
  })
  .meta({ id: "BatchHistory" });
