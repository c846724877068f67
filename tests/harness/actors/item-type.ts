import { z } from "zod";
import { defineProfile } from "../../../src/profiles/define-profile.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import type { JobTypeOptions } from "./job-type.ts";

const TEXT = z.strictObject({ text: z.string() });
const PAYLOAD = TEXT.extend({
  /** Texts of parents; nothing for those that did not complete. */
  given: z.array(z.string().nullable()),
  /** A parent's text without which there is nothing to do. */
  needed: z.string().optional(),
});

/** What items of batches are: a job of one step that asks the model, and gives its own text back. */
export function createItemType({ maxAttempts, timeoutMs }: JobTypeOptions): Profile {
  return defineProfile({
    id: ITEM_TYPE,
    version: 1,
    title: "Ask once",
    description: "Asks the model once and gives the text back",
    durationClass: "seconds",
    capability: "documents",
    modes: ["async"],
    maxAttempts,
    asksModel: true,
    payload: PAYLOAD,
    result: TEXT,
    examples: [{ name: "hello", payload: { text: "quick hello", given: [] } }],
    steps: (start) =>
      start.step("only", { timeoutMs }, async ({ payload, services, abortSignal }) => ({
        text: await services.askModel({ instructions: "only", input: payload.text, abortSignal }),
      })),
  });
}

export const ITEM_TYPE = "ask-once";
