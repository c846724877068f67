import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { countWords, cutToWords } from "../../../../../local/emulators/openai/model/words.ts";

describe("countWords()", () => {
  it.each([
    ["", 0],
    ["one", 1],
    ["  two  words ", 2],
    ["- a bullet's mark counts", 5],
  ])("counts %j", (text, count) => {
    expect(countWords(text)).toBe(count);
  });

  it("counts words that no spaces divide", () => {
    expect(countWords("水车利用水的力量。")).toBeGreaterThan(3);
  });
});

describe("cutToWords()", () => {
  it("cuts after a word and marks the cut", () => {
    expect(cutToWords("one two, three", 2)).toBe("one two…");
  });

  it("leaves alone what is short enough", () => {
    expect(cutToWords("one two", 2)).toBe("one two");
  });

  it("never keeps more words than allowed, and always one", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.integer({ min: 1, max: 8 }), (text, max) => {
        const count = countWords(cutToWords(text, max));
        expect(count).toBeLessThanOrEqual(max);
        expect(count).toBeGreaterThanOrEqual(Math.min(1, countWords(text)));
      }),
    );
  });
});
