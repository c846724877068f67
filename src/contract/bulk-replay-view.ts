import { z } from "zod";
import { replayIdSchema } from "./ids.ts";

const instant = z.iso.datetime();

/** What `GET /api/ops/dead-letters/replays/{replay_id}` answers. */
export const bulkReplayViewSchema = z
  .object({
    replay_id: replayIdSchema,
    status: z.enum(["running", "stopped", "done"]),
    stopped_because: z.string().optional(),
    filter: z.object({
      workspace_id: z.string().optional(),
      job_type: z.string().optional(),
      code: z.string().optional(),
      kind: z.string().optional(),
      fingerprint: z.string().optional(),
      failed_before: instant,
      max_replays: z.int(),
    }),
    limit: z.int(),
    rate_per_second: z.int(),
    canary: z.int(),
    stop_at_failure_rate: z.number(),
    reason: z.string(),
    replayed: z.int().meta({ description: "Letters whose job has begun a new operation" }),
    skipped: z.int().meta({ description: "Letters that cannot be replayed as they are; the log says why" }),
    under_way: z.int().meta({ description: "Of the replayed: jobs that have not ended yet" }),
    ended: z.int(),
    failed_again: z.int().meta({ description: "Of those that have ended" }),
    created_at: instant,
    ended_at: instant.optional(),
    expires_at: instant,
    links: z.object({ self: z.url(), stop: z.url() }),
  })
  .meta({ id: "BulkReplay" });
export type BulkReplayView = z.infer<typeof bulkReplayViewSchema>;
