import { z } from "zod";
import { operationIdSchema } from "./ids.ts";
import { instant, jobErrorSchema, usageSchema } from "./job-view.ts";

/** A line of a job's history. */
const historyEntrySchema = z
  .object({
    version: z.int().min(1).meta({ description: "The job's version that this made; progress makes versions as well" }),
    event: z
      .string()
      .meta({ description: "What happened, such as `accepted`, `claimed`, `gave_up`; new words may appear" }),
    from: z.string().optional().meta({ description: "The job's `phase` before; absent in the first line" }),
    to: z.string().meta({ description: "The job's `phase` from then on" }),
    at: instant,
    actor: z.enum(["client", "worker", "supervisor", "operator"]),
    operation_id: operationIdSchema,
    attempt: z.int().min(0),
    step: z.string().optional().meta({ description: "What it is about, where it is about a single step" }),
    by: z.string().optional().meta({ description: "Who it was, as the request's sign-in said" }),
    reason: z.string().optional().meta({ description: "As whoever asked for it gave it" }),
    error: jobErrorSchema
      .optional()
      .meta({ description: "Why an attempt, the operation, or taking a step back failed" }),
    usage: usageSchema.optional().meta({ description: "Of an operation that ended: by all its attempts" }),
  })
  .meta({ id: "HistoryEntry" });
export type HistoryEntryView = z.infer<typeof historyEntrySchema>;

/** What `GET /api/jobs/{job_id}/history` answers. */
export const historyViewSchema = z
  .object({ value: z.array(historyEntrySchema), next_link: z.url().optional() })
  .meta({ id: "History" });
