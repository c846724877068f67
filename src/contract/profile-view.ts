import { z } from "zod";
import { modeSchema } from "./submit-request.ts";

const jsonSchema = z.record(z.string(), z.unknown()).meta({ description: "JSON Schema, draft 2020-12" });

/** The contract of a job type, as clients see it. */
export const profileViewSchema = z
  .object({
    id: z.string(),
    version: z.int().min(1),
    title: z.string(),
    description: z.string(),
    duration_class: z.enum(["seconds", "minutes", "hours"]),
    modes: z.array(modeSchema),
    default_mode: modeSchema,
    payload_schema: jsonSchema,
    result_schema: jsonSchema,
    steps: z.array(z.string()),
    limits: z.object({ max_attempts: z.int(), timeout_seconds: z.int() }),
    prices: z
      .array(
        z.object({
          model: z.string(),
          input_per_million_usd: z.number(),
          output_per_million_usd: z.number(),
          price_version: z.string(),
        }),
      )
      .meta({ description: "Of the models that this job type asks; empty when it asks none or the price is unknown" }),
    examples: z.array(z.object({ name: z.string(), payload: z.record(z.string(), z.unknown()) })),
  })
  .meta({ id: "Profile" });
export type ProfileView = z.infer<typeof profileViewSchema>;

export const profileListSchema = z.object({ value: z.array(profileViewSchema) }).meta({ id: "ProfileList" });
