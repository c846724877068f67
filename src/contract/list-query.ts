import { z } from "zod";
import { batchIdSchema, jobIdSchema } from "./ids.ts";
import { jobStatusSchema } from "./job-view.ts";

const MAX_PAGE = 100;
const DEFAULT_PAGE = 20;

export const pageLimitSchema = z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE);

/** The query of `GET /api/jobs`. */
export const listQuerySchema = z.strictObject({
  status: jobStatusSchema.optional(),
  waiting_for: z
    .enum(["approval", "event"])
    .optional()
    .meta({ description: "Only jobs that wait for people to decide, or for something that happens elsewhere" }),
  job_type: z.string().min(1).max(64).optional(),
  customer_id: z.string().min(1).max(128).optional(),
  batch_id: batchIdSchema.optional(),
  created_after: z.iso.datetime({ offset: true }).optional(),
  limit: pageLimitSchema,
  cursor: jobIdSchema.optional().meta({ description: "From `next_link`; opaque" }),
});
export type ListQuery = z.infer<typeof listQuerySchema>;

/** The query of `GET /api/jobs/{job_id}/history`. */
export const historyQuerySchema = z.strictObject({
  limit: pageLimitSchema,
  cursor: z.coerce.number().int().min(1).optional().meta({ description: "From `next_link`; opaque" }),
});
export type HistoryQuery = z.infer<typeof historyQuerySchema>;

const MAX_WAIT_SECONDS = 60;

/** `?wait=N`: hold the answer until the job changes, for N seconds at most. */
export const waitQuerySchema = z.strictObject({
  wait: z.coerce.number().int().min(0).max(MAX_WAIT_SECONDS).optional(),
});
export { MAX_WAIT_SECONDS };
