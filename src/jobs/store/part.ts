import { z } from "zod";
import { artifactSchema, contentSchema, jobErrorSchema, usageSchema } from "../life/job.ts";

export const partSchema = z.object({
  index: z.int(),
  status: z.enum(["pending", "running", "done"]),
  /** Tries so far, counted before each begins; and those that were given back to the count. */
  attempt: z.int(),
  uncounted: z.int().optional(),
  /** When the last try began. */
  startedAt: z.date().optional(),
  item: contentSchema,
  output: contentSchema.optional(),
  artifacts: z.array(artifactSchema).optional(),
  /** Of the model, by all tries. */
  usage: usageSchema.optional(),
  /** Why the last try failed, while it is tried again. */
  error: jobErrorSchema.optional(),
});

/** One item of a map, and what has come of it. The first outcome that is written stands. */
export type Part = z.infer<typeof partSchema>;
