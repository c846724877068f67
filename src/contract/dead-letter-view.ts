import { z } from "zod";
import { ERROR_CODES } from "./error-codes.ts";
import type { ErrorCode } from "./error-codes.ts";
import { deadLetterIdSchema, jobIdSchema, operationIdSchema, replayIdSchema, workspaceIdSchema } from "./ids.ts";

const instant = z.iso.datetime();
const absoluteUrl = z.url();

export const errorCodeSchema = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);
export const errorKindSchema = z.enum(["transient", "permanent", "cancelled", "conflict"]);
export const deadLetterStatusSchema = z.enum(["open", "replayed", "closed"]);

const actionSchema = z.object({
  action: z.enum(["edited", "replayed", "closed"]),
  at: instant,
  actor: z.string(),
  reason: z.string().optional(),
});

/** What `GET /api/ops/dead-letters` shows of each letter. */
const deadLetterSummarySchema = z.object({
  dead_letter_id: deadLetterIdSchema,
  status: deadLetterStatusSchema,
  origin: z.enum(["job", "message"]).meta({
    description:
      "`job`: an operation failed. `message`: what came from a queue could not be read, and no job is known of",
  }),
  workspace_id: workspaceIdSchema.optional(),
  job_id: jobIdSchema.optional(),
  operation_id: operationIdSchema.optional().meta({ description: "The operation that failed" }),
  job_type: z.string().optional(),
  profile_version: z.int().optional(),
  customer_id: z.string().optional(),
  capability: z.string().optional().meta({ description: "Of a message: whose queue it came from" }),
  fingerprint: z.string().meta({ description: "The same for failures that look like one cause" }),
  code: errorCodeSchema,
  kind: errorKindSchema,
  message: z.string(),
  step: z.string().optional().meta({ description: "The step that was at work" }),
  attempts: z.int().min(0).meta({ description: "Of the operation; of a message, how often it came" }),
  replays: z.int().min(0).optional().meta({ description: "How often the job had begun anew before it failed" }),
  first_failed_at: instant,
  failed_at: instant,
  expires_at: instant.meta({ description: "When the letter is removed, and the job with it" }),
  replayed_as: operationIdSchema.optional().meta({ description: "The operation that a replay began" }),
  replay_id: replayIdSchema.optional().meta({ description: "The replay of many that this letter was part of" }),
  actions: z.array(actionSchema).meta({ description: "Who did what with it, the latest last" }),
  links: z.object({
    self: absoluteUrl,
    replay: absoluteUrl,
    close: absoluteUrl,
    job: absoluteUrl.optional(),
    history: absoluteUrl.optional(),
  }),
});

export const deadLetterViewSchema = deadLetterSummarySchema
  .extend({
    payload: z.unknown().optional().meta({
      description: "What the operation began with; of a message, its text. Absent if somebody has removed it",
    }),
    edited_payload: z.unknown().optional().meta({ description: "What a replay begins with instead" }),
  })
  .meta({ id: "DeadLetter" });
export type DeadLetterView = z.infer<typeof deadLetterViewSchema>;

export const deadLetterListSchema = z
  .object({ value: z.array(deadLetterSummarySchema), next_link: absoluteUrl.optional() })
  .meta({ id: "DeadLetterList" });
export type DeadLetterSummary = z.infer<typeof deadLetterSummarySchema>;
