import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { cleanText } from "../../src/documents/clean-text.ts";

describe("cleanText()", () => {
  it.each([
    ["a ligature", "e\uFB03cient \uFB02ow", "efficient flow"],
    ["an Arabic presentation form", "\uFEE1", "\u0645"],
    ["a letter and its accent", "Cafe\u0301", "Caf\u00E9"],
  ])("writes %s as plain letters", (_, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it("keeps what full compatibility folding would change the meaning of", () => {
    expect(cleanText("10\u00B2 m\u00B2, \u00BD, \u2460, \u2122")).toBe("10\u00B2 m\u00B2, \u00BD, \u2460, \u2122");
  });

  it.each([
    ["a hyphen", "con-\nsectetuer", "consectetuer"],
    ["a hyphen and spaces", "con- \n sectetuer", "consectetuer"],
    ["a typographic hyphen", "con\u2010\nsectetuer", "consectetuer"],
    ["a soft hyphen", "con\u00AD\nsectetuer", "consectetuer"],
  ])("joins a word that %s broke at the line's end", (_, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it.each(["2019-\n2020", "the -\nother", "Marie-\nCurie", "end.-\n\nnew"])("does not join %j", (text) => {
    expect(cleanText(text)).toBe(text);
  });

  it("removes soft hyphens within a line", () => {
    expect(cleanText("co\u00ADop\u00ADerate")).toBe("cooperate");
  });

  it("removes control and zero-width characters, U+FFFD and half surrogate pairs", () => {
    expect(cleanText("a\0b\x1b[1m\uFFFDc\u200Bd\uFEFF\uD83De\uDE00f")).toBe("ab[1mcdef");
  });

  it("keeps emoji with their joiners", () => {
    expect(cleanText("👩\u200D🔬 👍🏽")).toBe("👩\u200D🔬 👍🏽");
  });

  it("keeps lines and paragraphs and shrinks the white space around them", () => {
    expect(cleanText("  One\u00A0 two\t\tthree \r\n four\n \n\n\n five  ")).toBe("One two three\nfour\n\nfive");
  });

  it("changes nothing the second time", () => {
    const pieces = fc.constantFrom(
      "a",
      "B",
      "-",
      "\u2010",
      "\u00AD",
      "\n",
      " ",
      "\t",
      "\r",
      "\u0301",
      "\uFB01",
      "\uD83D",
      "\uDE00",
      "\0",
      "\u200B",
      "\uFDFA",
      "1",
    );
    const texts = fc.oneof(fc.string({ unit: pieces, maxLength: 30 }), fc.string({ unit: "binary", maxLength: 60 }));
    fc.assert(
      fc.property(texts, (text) => {
        const clean = cleanText(text);
        expect(cleanText(clean)).toBe(clean);
        expect(Buffer.from(clean).toString()).toBe(clean); // Well-formed: nothing became U+FFFD.
      }),
      { numRuns: 2_000 },
    );
  });
});
