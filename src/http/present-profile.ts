import { z } from "zod";
import type { ProfileView } from "../contract/profile-view.ts";
import { priceOf } from "../models/prices.ts";
import type { Settings } from "../platform/settings.ts";
import type { Profile } from "../profiles/define-profile.ts";
import { limitMs } from "../steps/step.ts";

export function presentProfile(profile: Profile, settings: Settings): ProfileView {
  const price = profile.asksModel ? priceOf(settings.MODEL, settings) : undefined;
  return {
    id: profile.id,
    version: profile.version,
    title: profile.title,
    description: profile.description,
    duration_class: profile.durationClass,
    modes: [...profile.modes],
    default_mode: profile.modes[0],
    payload_schema: z.toJSONSchema(profile.payload, { io: "input" }),
    result_schema: z.toJSONSchema(profile.result, { io: "output" }),
    steps: profile.steps.map(({ name }) => name),
    limits: {
      max_attempts: profile.maxAttempts,
      timeout_seconds: profile.steps.reduce((sum, step) => sum + limitMs(step) / 1000, 0),
    },
    prices: price
      ? [
          {
            model: settings.MODEL,
            input_per_million_usd: price.inputPerMillionUsd,
            output_per_million_usd: price.outputPerMillionUsd,
            price_version: price.version,
          },
        ]
      : [],
    examples: profile.examples.map(({ name, payload }) => ({ name, payload })),
  };
}
