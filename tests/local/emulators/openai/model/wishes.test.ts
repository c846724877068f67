import { describe, expect, it } from "@jest/globals";
import { readWishes } from "../../../../../local/emulators/openai/model/wishes.ts";

describe("readWishes()", () => {
  it.each([
    ["at most 120 words", 120],
    ["Answer in 120 words or fewer.", 120],
    ["no more than 1,000 words", 1_000],
    ["a 50-word paragraph", 50],
    ["under 100 words", 99],
    ["fewer than 40 words", 39],
    ["between 80 and 120 words", 120],
    ["at least 50 and at most 90 words", 90],
    ["at least 50 words", 120],
    ["200 words; the whole must stay below 60 words", 59],
    ["0 words", 1],
    ["Summarise the text.", 120],
  ])("reads the word limit of %j", (instructions, maxWords) => {
    expect(readWishes(instructions).maxWords).toBe(maxWords);
  });

  it.each([
    ["in three sentences", 3],
    ["5 bullet points", 5],
    ["give the 2 key points", 2],
    ["as bullets, one to a line", Number.POSITIVE_INFINITY],
  ])("reads the sentence limit of %j", (instructions, maxSentences) => {
    expect(readWishes(instructions).maxSentences).toBe(maxSentences);
  });

  it.each([
    ["as bullets", "bullets"],
    ["a bulleted list", "bullets"],
    ["three bullet points", "bullets"],
    ["as one paragraph", "paragraph"],
    ["", "paragraph"],
  ])("reads the style of %j", (instructions, style) => {
    expect(readWishes(instructions).style).toBe(style);
  });
});
