import { z } from "zod";
import { defineProfile } from "../../../src/profiles/define-profile.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";

/** How the model behaves for a job; the text of the job says it, since all else is the same for all. */
export const MOODS = ["quick", "slow", "flaky", "busy", "refusing", "deadly"] as const;
export type Mood = (typeof MOODS)[number];

export interface JobTypeOptions {
  readonly maxAttempts: number;
  readonly timeoutMs: number;
}

/** Made once: zod compiles each schema anew. */
const TEXT = z.strictObject({ text: z.string() });

/** A job of two steps that both ask the model, and gives its payload back. */
export function createJobType({ maxAttempts, timeoutMs }: JobTypeOptions): Profile {
  return defineProfile({
    id: "ask-twice",
    version: 1,
    title: "Ask twice",
    description: "Asks the model twice and gives the payload back",
    durationClass: "seconds",
    capability: "documents",
    modes: ["async"],
    maxAttempts,
    asksModel: true,
    payload: TEXT,
    result: TEXT,
    examples: [{ name: "hello", payload: { text: "quick hello" } }],
    steps: (start) =>
      start
        .step("first", { timeoutMs }, async ({ payload, services, abortSignal, progress }) => {
          progress(0.5, "asking");
          return services.askModel({ instructions: "first", input: payload.text, abortSignal });
        })
        .step("second", { timeoutMs }, async ({ outputs, services, abortSignal }) => ({
          text: await services.askModel({ instructions: "second", input: outputs.first, abortSignal }),
        })),
  });
}
