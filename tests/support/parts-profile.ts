import { z } from "zod";
import { defineProfile } from "../../src/profiles/define-profile.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import type { PartContext } from "../../src/steps/map.ts";

type Payload = { readonly text: string };

export interface PartsOptions {
  readonly maxAttempts?: number;
  readonly maxParallel?: number;
  readonly timeoutMs?: number;
  readonly version?: number;
}

/** A job type whose parts are the words of its text; each does what the test says, by default shouting its word. */
export function partsProfile(
  work: (context: PartContext<Payload, string>) => Promise<string> = async ({ item }) => item.toUpperCase(),
  { maxAttempts = 4, maxParallel = 3, timeoutMs = 10_000, version = 1 }: PartsOptions = {},
): Profile {
  return defineProfile({
    id: "echo",
    version,
    title: "Shout",
    description: "Shouts each word",
    durationClass: "seconds",
    capability: "documents",
    modes: ["async"],
    maxAttempts,
    payload: z.strictObject({ text: z.string() }),
    result: z.object({ text: z.string() }),
    examples: [{ name: "hello", payload: { text: "hello you" } }],
    steps: (start) =>
      start
        .step("split", { timeoutMs }, async ({ payload }) => payload.text.split(" ").filter(Boolean))
        .map("shout", { timeoutMs, maxParallel, items: ({ outputs }) => outputs.split }, work)
        .step("join", { timeoutMs }, async ({ outputs }) => ({ text: outputs.shout.join(" ") })),
  });
}
