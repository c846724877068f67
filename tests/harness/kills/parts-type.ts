import { z } from "zod";
import { defineProfile } from "../../../src/profiles/define-profile.ts";

/** Larger than what a row keeps of an item or an output: these stand in blobs. */
const LARGE = "x".repeat(40_000);
const timeoutMs = 60_000;

/**
 * A job that is led from step to step and makes every kind of call on its way: a checkpoint in the row and one in a blob, a
 * part whose item and output stand in its row and one with both in blobs, questions to the model, an artifact.
 */
export const PARTS_TYPE = defineProfile({
  id: "in-parts",
  version: 1,
  title: "In parts",
  description: "Asks the model about each word",
  durationClass: "seconds",
  capability: "documents",
  modes: ["async"],
  maxAttempts: 4,
  asksModel: true,
  payload: z.strictObject({ text: z.string() }),
  result: z.object({ text: z.string() }),
  examples: [{ name: "hello", payload: { text: "hello you" } }],
  steps: (start) =>
    start
      .step("split", { timeoutMs }, async ({ payload }) =>
        payload.text.split(" ").map((word, index) => ({ word, rest: index === 0 ? "" : LARGE })),
      )
      .map(
        "ask",
        { timeoutMs, maxParallel: 2, items: ({ outputs }) => outputs.split },
        async ({ item: { word, rest }, index, services, abortSignal }) => {
          const answer = await services.askModel({ instructions: "part", input: word, abortSignal });
          const artifact = { name: `part-${index}.txt`, bytes: Buffer.from(answer), contentType: "text/plain" };
          if (index === 0) await services.saveArtifact(artifact);
          return { answer, rest };
        },
      )
      .step("join", { timeoutMs }, async ({ outputs }) => ({
        text: outputs.ask.map(({ answer }) => answer.trimEnd()).join(" "),
      })),
});
