import { z } from "zod";
import { MillraceError } from "../../../src/platform/errors.ts";
import { defineProfile } from "../../../src/profiles/define-profile.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import { ITEM_TYPE } from "../actors/item-type.ts";

const TEXT = z.strictObject({ text: z.string() });

/** Items whose work is nothing, but for those that fail: what is looked at is what stands around it. */
export function createEchoType(): Profile {
  return defineProfile({
    id: ITEM_TYPE,
    version: 1,
    title: "Echo",
    description: "Gives its text back",
    durationClass: "seconds",
    capability: "documents",
    modes: ["async"],
    payload: TEXT.extend({ varies: z.boolean(), given: z.array(TEXT.nullable()) }),
    result: TEXT,
    examples: [{ name: "hello", payload: { text: "hello", varies: false, given: [] } }],
    steps: (start) =>
      start.step("echo", { timeoutMs: 10_000 }, async ({ payload: { text } }) => {
        if (text.startsWith("refusing")) throw new MillraceError("PROVIDER_REFUSED", "The text asks for it");
        return { text };
      }),
  });
}
