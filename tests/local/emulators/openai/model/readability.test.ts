import { describe, expect, it } from "@jest/globals";
import { rateReadability } from "../../../../../local/emulators/openai/model/readability.ts";

const rate = (text: string) => rateReadability({ text, isBullet: false, isIntroduced: false });
const PLAIN = "The wheel of the mill is turned by water that falls on it from above.";

describe("rateReadability()", () => {
  it.each([
    ["leans on the one before", "However, the wheel of the mill is turned by water that falls on it from above."],
    ["refers back", "The wheel of the mill is turned by water that falls on such a thing from above."],
    ["points at a list", "The wheel of the mill is turned by the following kinds of water from up there."],
    ["is very short", "Water turns the wheel."],
    ["thanks somebody", "The authors of the text wish to thank all the friends of water mills in the country."],
  ])("rates a sentence lower that %s", (_what, text) => {
    expect(rate(text)).toBeLessThan(rate(PLAIN));
  });

  it("rates a sentence higher that says what the text is about", () => {
    expect(rate("This document describes how the wheel of a mill is turned by water that falls.")).toBeGreaterThan(
      rate(PLAIN),
    );
  });
});
