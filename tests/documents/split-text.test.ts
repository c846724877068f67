import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { splitText } from "../../src/documents/split-text.ts";

const withoutSpace = (text: string): string => text.replace(/\s+/gu, "");

describe("splitText()", () => {
  it("leaves a short document in one part", () => {
    expect(splitText(["One.", "Two."], { maxCharacters: 100 })).toEqual(["One.\nTwo."]);
  });

  it("gives no part for a document of white space", () => {
    expect(splitText(["", " \n "], { maxCharacters: 10 })).toEqual([]);
  });

  it("ends a part at the last paragraph in reach", () => {
    expect(splitText(["One one. One.\n\nTwo two. Two."], { maxCharacters: 24 })).toEqual([
      "One one. One.",
      "Two two. Two.",
    ]);
  });

  it("sees that a paragraph just fits", () => {
    expect(splitText(["One.\n\nTwo two two\n\nThree three three"], { maxCharacters: 17 })).toEqual([
      "One.\n\nTwo two two",
      "Three three three",
    ]);
  });

  it("ends a part at the last sentence when no paragraph ends in its second half", () => {
    expect(splitText(["A.\n\nSo it is (not?) here. But there it goes on"], { maxCharacters: 34 })).toEqual([
      "A.\n\nSo it is (not?) here.",
      "But there it goes on",
    ]);
  });

  it("ends a part at an ideographic full stop, which no space follows", () => {
    expect(splitText(["一二三。四五六七八九十"], { maxCharacters: 7 })).toEqual(["一二三。", "四五六七八九十"]);
  });

  it("ends a part at the last word when there is no sentence", () => {
    expect(splitText(["alpha beta gamma delta"], { maxCharacters: 12 })).toEqual(["alpha beta", "gamma delta"]);
  });

  it("keeps a part that fits to the character", () => {
    expect(splitText(["alpha beta gamma"], { maxCharacters: 10 })).toEqual(["alpha beta", "gamma"]);
  });

  it("cuts a word only when it has to, and never a character", () => {
    expect(splitText(["abcdef"], { maxCharacters: 4 })).toEqual(["abcd", "ef"]);
    expect(splitText(["👍👍👍"], { maxCharacters: 3 })).toEqual(["👍", "👍", "👍"]);
  });

  it.each([1, 0, -1, Number.NaN])("refuses parts of %d characters", (maxCharacters) => {
    expect(() => splitText(["text"], { maxCharacters })).toThrow("split-text-size");
  });

  it("loses nothing but white space, whatever the text and the size", () => {
    const unit = fc.constantFrom("a", "b", " ", "\n", "\n\n", ".", "?", "”", "。", "👍", "é");
    const pages = fc.array(fc.string({ unit, maxLength: 200 }), { maxLength: 5 });
    fc.assert(
      fc.property(pages, fc.integer({ min: 2, max: 60 }), (text, maxCharacters) => {
        const parts = splitText(text, { maxCharacters });
        expect(withoutSpace(parts.join(""))).toBe(withoutSpace(text.join("")));
        for (const part of parts) {
          expect(part.trim()).not.toBe("");
          expect(part.length).toBeLessThanOrEqual(maxCharacters);
          expect(Buffer.from(part).toString()).toBe(part); // Well-formed: nothing became U+FFFD.
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
