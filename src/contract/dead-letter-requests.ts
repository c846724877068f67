import { z } from "zod";
import { deadLetterStatusSchema, errorCodeSchema, errorKindSchema } from "./dead-letter-view.ts";
import { deadLetterIdSchema, workspaceIdSchema } from "./ids.ts";

const MAX_PAGE = 100;
const DEFAULT_PAGE = 20;

const filters = {
  workspace_id: workspaceIdSchema.optional(),
  job_type: z.string().min(1).max(64).optional(),
  kind: errorKindSchema.optional(),
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{16}$/, "is not a fingerprint")
    .optional(),
};

/** The query of `GET /api/ops/dead-letters`. */
export const deadLetterQuerySchema = z.strictObject({
  status: z.enum([...deadLetterStatusSchema.options, "all"]).default("open"),
  ...filters,
  error_code: errorCodeSchema.optional().meta({ description: "Not `code`, which carries a key of the function app" }),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: deadLetterIdSchema.optional().meta({ description: "From `next_link`; opaque" }),
});
export type DeadLetterQuery = z.infer<typeof deadLetterQuerySchema>;

/** It stands in rows and logs: one line, and not a long one. */
const reasonSchema = z
  .string()
  .trim()
  .min(1)
  .max(256)
  .regex(/^\P{Cc}*$/u, "has control characters");

export const editDeadLetterSchema = z.strictObject({
  payload: z.record(z.string(), z.unknown()),
  reason: reasonSchema.optional(),
});

export const replayDeadLetterSchema = z.strictObject({ reason: reasonSchema.optional() });

export const closeDeadLetterSchema = z.strictObject({ reason: reasonSchema });

/** The body of `POST /api/ops/dead-letters/replay`. */
export const bulkReplayRequestSchema = z.strictObject({
  filter: z.strictObject({
    ...filters,
    code: errorCodeSchema.optional(),
    failed_before: z.iso.datetime({ offset: true }).optional().meta({ description: "Now, if absent or later" }),
    max_replays: z.int().min(0).max(1000).default(3).meta({
      description: "Jobs that had begun anew more often than this are left to a person",
    }),
  }),
  limit: z.int().min(1).max(100_000).default(1000),
  rate_per_second: z.int().min(1).max(100).default(10),
  canary: z.int().min(1).max(100).default(5).meta({
    description: "So many are replayed first; the rest follows when they have ended well enough",
  }),
  stop_at_failure_rate: z.number().min(0).max(1).default(0.5).meta({
    description: "It stops when a greater share of the jobs that have ended has failed again",
  }),
  reason: reasonSchema,
});
export type BulkReplayRequest = z.infer<typeof bulkReplayRequestSchema>;

export const stopBulkReplaySchema = z.strictObject({ reason: reasonSchema.optional() });
