import { describe, expect, it } from "@jest/globals";
import { joinBlocks } from "../../../../../local/emulators/openai/model/blocks.ts";
import { readLines } from "../../../../../local/emulators/openai/model/lines.ts";

const texts = (text: string) => joinBlocks(readLines(text)).map((block) => block.text);

describe("joinBlocks()", () => {
  it("joins the lines of a wrapped paragraph", () => {
    expect(
      texts("This is a paragraph of three lines that\nsomebody has wrapped at the same width,\nand it ends here."),
    ).toEqual(["This is a paragraph of three lines that somebody has wrapped at the same width, and it ends here."]);
  });

  it("makes a word whole that was divided at the end of a line", () => {
    expect(texts("The text has a word that was di-\nvided at the end.")).toEqual([
      "The text has a word that was divided at the end.",
    ]);
  });

  it("keeps a hyphen that belongs to the word", () => {
    expect(texts("Shareable data and all the start-\nup data go here.")).toEqual([
      "Shareable data and all the start-up data go here.",
    ]);
  });

  it("ends a block at a blank line, a heading and a list item", () => {
    expect(texts("The first block.\n\nThe second one.\n2.1. Heading\nThe third one.\n- an item")).toEqual([
      "The first block.",
      "The second one.",
      "The third one.",
      "an item",
    ]);
  });

  it("does not glue a short line to the paragraph below it", () => {
    expect(
      texts(
        "Rationale\nThere are many reasons why this should be so, and here\nwe give some of them for the reader.",
      )[1],
    ).toMatch(/^There are/);
  });

  it("joins the wrapped lines of a list item", () => {
    expect(texts("• an item that is long enough to go on in the\nnext line of the text\n• another item")).toEqual([
      "an item that is long enough to go on in the next line of the text",
      "another item",
    ]);
  });

  it("marks the items of a list that a line with a colon introduces", () => {
    const blocks = joinBlocks(readLines("The standard enables:\n• software to run\n• users to work\n\nThe end of it."));
    expect(blocks.map(({ isIntroduced }) => isIntroduced)).toEqual([false, true, true, false]);
  });
});
