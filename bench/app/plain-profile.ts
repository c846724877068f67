import { z } from "zod";
import { MillraceError } from "../../src/platform/errors.ts";
import { defineProfile } from "../../src/profiles/define-profile.ts";

/** A job type of one step that gives its payload back. Where `BENCH_PROVIDER` is `down` it fails in a way that may pass. */
export const plainProfile = defineProfile({
  id: "plain",
  version: 1,
  title: "Plain",
  description: "Gives its payload back",
  durationClass: "seconds",
  capability: "documents",
  modes: ["async"],
  payload: z.strictObject({ text: z.string() }),
  result: z.object({ text: z.string() }),
  examples: [{ name: "hello", payload: { text: "hello" } }],
  steps: (start) =>
    start.step("echo", { timeoutMs: 10_000 }, async ({ payload }) => {
      if (process.env["BENCH_PROVIDER"] === "down")
        throw new MillraceError("PROVIDER_UNAVAILABLE", "The provider is down");
      return payload;
    }),
});
