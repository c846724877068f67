import { z } from "zod";
import { defineProfile } from "../../../src/profiles/define-profile.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import type { Random } from "../world/random.ts";
import type { JobTypeOptions } from "./job-type.ts";

const TEXT = z.strictObject({ text: z.string() });
const RESULT = TEXT.extend({ edition: z.int() });
const PAYLOAD = TEXT.extend({
  varies: z.boolean(),
  /** Results of parents; nothing for those that did not complete. */
  given: z.array(RESULT.nullable()),
  /** A parent's text without which there is nothing to do. */
  needed: z.string().optional(),
});

/** How many editions there are of what varies: few, so that it now and then comes to the same. */
const EDITIONS = 3;

/** What items of batches are: a job of one step that asks the model, and gives its own text back, in one edition or another. */
export function createItemType({ maxAttempts, timeoutMs }: JobTypeOptions, random: Random): Profile {
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
    result: RESULT,
    examples: [{ name: "hello", payload: { text: "quick hello", varies: false, given: [] } }],
    steps: (start) =>
      start.step("only", { timeoutMs }, async ({ payload, services, abortSignal }) => ({
        text: await services.askModel({ instructions: "only", input: payload.text, abortSignal }),
        edition: payload.given.reduce(
          (sum, parent) => sum + (parent?.edition ?? 0),
          payload.varies ? random.below(EDITIONS) : 0,
        ),
      })),
  });
}

export const ITEM_TYPE = "ask-once";
