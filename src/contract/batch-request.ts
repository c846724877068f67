import { z } from "zod";
import { customerIdSchema, metadataSchema, modeSchema, prioritySchema, tagsSchema } from "./submit-request.ts";

/** Names an item in its batch, and in addresses. */
export const itemKeySchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    "must be 1 to 128 letters, digits, dots, dashes and underscores, and begin with a letter or digit",
  );

/** The job that the request wants at the end is run again under this name. */
const ownKeySchema = itemKeySchema.refine(
  (key) => key !== "finally",
  'is what the job at the end is called: "finally"',
);

const payloadSchema = z.record(z.string(), z.unknown()).meta({
  description:
    'As the profile of `job_type` wants it. `{ "$from": "facts", "path": "/summary" }` in it stands for what an item that this one depends on came to: its result, or the value at that JSON Pointer in it',
});

const wishes = {
  customer_id: customerIdSchema.optional(),
  mode: modeSchema.optional(),
  priority: prioritySchema.optional(),
  metadata: metadataSchema.optional(),
  tags: tagsSchema.optional(),
};

const itemSchema = z.strictObject({
  key: ownKeySchema,
  job_type: z.string().min(1).max(64),
  payload: payloadSchema,
  depends_on: z.array(z.string()).optional().meta({ description: "Keys of items that must have ended before" }),
  ...wishes,
});

const finallySchema = z.strictObject({
  job_type: z.string().min(1).max(64),
  payload: z.record(z.string(), z.unknown()).meta({
    description:
      'In it, `{ "$from": "*" }` stands for the list of all items, each with `key`, `job_id` and `status`; with a `path`, for the list of the values at that JSON Pointer in their results, null where there is none',
  }),
  ...wishes,
});

/**
 * What becomes of items whose dependencies did not complete.
 *
 * - `skip_dependents`: they are skipped, once all that they depend on has ended.
 * - `continue`: they run all the same.
 * - `fail_fast`: the first failure cancels whatever has not ended.
 */
export const POLICIES = ["skip_dependents", "continue", "fail_fast"] as const;
export type Policy = (typeof POLICIES)[number];

/** The body of `POST /api/batches`. Payloads are checked by the schemas of the profiles. */
export const batchRequestSchema = z
  .strictObject({
    items: z.array(itemSchema).min(1),
    on_failure: z.enum(POLICIES).optional().meta({
      description:
        "What becomes of items that depend on one that did not complete. `skip_dependents`, if absent: they are skipped. `continue`: they run, with null for its result. `fail_fast`: whatever has not ended is cancelled",
    }),
    finally: finallySchema.optional().meta({
      description:
        "A job that runs once when all items have ended, whatever they came to; not when the batch was cancelled",
    }),
  })
  .meta({ id: "BatchRequest" });
export type BatchRequest = z.infer<typeof batchRequestSchema>;

const dependentsSchema = z.enum(["keep", "rerun_changed"]).optional().meta({
  description:
    "`keep`, if absent: what depends on it stays as it is. `rerun_changed`: what it takes in has changed runs again, and so on",
});

/** The body of `POST /api/batches/{batch_id}/items/{key}/regenerate`; it need not be there. */
export const regenerateItemRequestSchema = z
  .strictObject({
    dependents: dependentsSchema,
  })
  .meta({ id: "RegenerateItemRequest" });

/** The body of `POST /api/batches/{batch_id}/regenerate`; it need not be there. */
export const regenerateItemsRequestSchema = z
  .strictObject({
    status: z
      .array(z.enum(["failed", "cancelled", "skipped"]))
      .min(1)
      .optional()
      .meta({ description: "Which items run again; `failed`, if absent" }),
    dependents: dependentsSchema,
  })
  .meta({ id: "RegenerateItemsRequest" });
