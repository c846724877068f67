import { describe, expect, it } from "@jest/globals";
import { readLines } from "../../../../../local/emulators/openai/model/lines.ts";

const kinds = (text: string) => readLines(text).map(({ kind, text }) => `${kind}: ${text}`);

describe("readLines()", () => {
  it("knows list items by their marks, and takes the marks off", () => {
    expect(kinds("• one\n- two\n3. three\n4) four\n(b) five\n* six")).toEqual(
      ["one", "two", "three", "four", "five", "six"].map((text) => `bullet: ${text}`),
    );
  });

  it("knows headings by their look", () => {
    const headings = ["3.1. Purpose", "Chapter 4. The Root", "# Title", "APPENDIX", "Appendix B"];
    expect(kinds(headings.join("\n"))).toEqual(headings.map((text) => `heading: ${text}`));
  });

  it("leaves prose alone, whatever it begins with", () => {
    const prose = ["The end of 3.1. was clear.", "3.5 million people live there.", "NATO was founded in 1949."];
    expect(kinds(prose.join("\n"))).toEqual(prose.map((text) => `prose: ${text}`));
  });

  it("drops page numbers, contents, addresses and lines without a letter", () => {
    expect(
      kinds(
        "12\nxiv\nPage 3 of 10\n- 4 -\nPurpose . . . . . 7\nScope.......9\nhttps://example.com/a\n--- 1 ---\n+ 2 = 3",
      ),
    ).toEqual([]);
  });

  it("drops titles that run from page to page", () => {
    expect(kinds("Chapter on Mills 1\nOne.\nChapter on Mills 2\nTwo.\nChapter on Mills 3\nThree.")).toEqual([
      "prose: One.",
      "prose: Two.",
      "prose: Three.",
    ]);
  });

  it("divides the contents of a text that has lost its line breaks", () => {
    const text = `${"Before the table there is a long line of prose. ".repeat(4)}1. Purpose ........ 3 2. Scope ......... 12 The text.`;
    expect(readLines(text).map((line) => line.text)).toEqual([
      expect.stringMatching(/1\. Purpose$/),
      "2. Scope ......... 12 The text.".replace(/^2\. Scope .*$/, "Scope"),
      "The text.",
    ]);
  });

  it("writes ligatures as letters and takes invisible characters out", () => {
    expect(kinds("the \ufb01rst of\u00ad\ufb01ce")).toEqual(["prose: the first office"]);
  });
});
