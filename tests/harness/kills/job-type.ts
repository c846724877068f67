import { z } from "zod";
import { defineProfile } from "../../../src/profiles/define-profile.ts";

/** Larger than what a row keeps of a step: this step's checkpoint is a blob. */
const NOTES = "x".repeat(10_000);
/** Larger than what a row keeps of a result: its document is a blob. */
const LONG_NOTES = "x".repeat(40_000);
const TEXT = z.strictObject({ text: z.string() });
const timeoutMs = 60_000;

/**
 * A job whose run makes every kind of call: it asks the model three times, stores an artifact, keeps one checkpoint in the
 * row and one in a blob, and gives its payload back with a result that is a blob.
 */
export const JOB_TYPE = defineProfile({
  id: "three-steps",
  version: 1,
  title: "Three steps",
  description: "Asks the model three times and gives the payload back",
  durationClass: "seconds",
  capability: "documents",
  modes: ["async"],
  maxAttempts: 4,
  asksModel: true,
  payload: TEXT,
  result: TEXT.extend({ notes: z.string() }),
  examples: [{ name: "hello", payload: { text: "hello" } }],
  steps: (start) =>
    start
      .step("outline", { timeoutMs }, async ({ payload, services, abortSignal }) => {
        const outline = await services.askModel({ instructions: "outline", input: payload.text, abortSignal });
        await services.saveArtifact({
          name: "outline.txt",
          bytes: Buffer.from(outline),
          contentType: "text/plain",
        });
        return outline;
      })
      .step("draft", { timeoutMs }, async ({ outputs, services, abortSignal }) => {
        const draft = await services.askModel({ instructions: "draft", input: outputs.outline, abortSignal });
        return { draft, notes: NOTES };
      })
      .step("polish", { timeoutMs }, async ({ outputs, services, abortSignal }) => ({
        text: await services.askModel({ instructions: "polish", input: outputs.draft.draft, abortSignal }),
        notes: LONG_NOTES,
      })),
});

export const STEPS = JOB_TYPE.steps.map(({ name }) => name);
