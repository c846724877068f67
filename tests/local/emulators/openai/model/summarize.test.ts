import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { summarize } from "../../../../../local/emulators/openai/model/summarize.ts";
import type { Wishes } from "../../../../../local/emulators/openai/model/wishes.ts";
import { ARTICLE } from "../a-text.ts";

const wishes = (changes: Partial<Wishes> = {}): Wishes => ({
  style: "paragraph",
  maxWords: 60,
  maxSentences: Number.POSITIVE_INFINITY,
  ...changes,
});

/** As a stranger counts them. */
const countWords = (text: string) => text.split(/\s+/).filter(Boolean).length;

const lines = fc.constantFrom(
  "The wheel turns the stone, and the stone grinds the grain.",
  "Water flows down the race and falls on the wheel of the mill",
  "from above.",
  "• Steady flow of water",
  "- The overshot wheel is better than the undershot wheel.",
  "Purpose . . . . . . 7",
  "12",
  "",
  "3.1. Wheels",
  "Вода вращает колесо мельницы весь день и всю ночь.",
  "水车利用水的力量来转动磨石。",
  "!!! ??? ...",
  "supercalifragilistic ".repeat(90),
);
const texts = fc.array(lines, { minLength: 1, maxLength: 30 }).map((parts) => parts.join("\n"));
const styles = fc.constantFrom("bullets" as const, "paragraph" as const);

describe("summarize()", () => {
  it("quotes the sentences that say most, whole, in their order, without furniture", () => {
    const summary = summarize(ARTICLE, wishes());
    expect(summary).toMatch(/^A water mill uses the power of falling water to turn a wheel\. .*wheel.*\.$/);
    expect(summary).not.toMatch(/aunt|Copyright|https|Page|Introduction|Kinds/);
  });

  it("heals words that were divided", () => {
    const text = "Water was the main source of mechan-\nical power in Europe for a thousand years.";
    expect(summarize(text, wishes())).toContain("source of mechanical power");
  });

  it("never exceeds the limit, and always says something about a text with words", () => {
    fc.assert(
      fc.property(texts, styles, fc.integer({ min: 1, max: 80 }), (text, style, maxWords) => {
        const summary = summarize(text, wishes({ style, maxWords }));
        expect(countWords(summary)).toBeLessThanOrEqual(maxWords);
        if (countWords(text) > 0) expect(summary).not.toBe("");
      }),
    );
  });

  it("gives the same summary of the same text", () => {
    fc.assert(
      fc.property(texts, styles, (text, style) => {
        expect(summarize(text, wishes({ style }))).toBe(summarize(text, wishes({ style })));
      }),
    );
  });

  it("depends on the text", () => {
    const other = ARTICLE.replace("falling water", "the tide");
    expect(summarize(other, wishes())).not.toBe(summarize(ARTICLE, wishes()));
  });

  it("writes bullets, one to a line", () => {
    const summary = summarize(ARTICLE, wishes({ style: "bullets" })).split("\n");
    expect(summary.length).toBeGreaterThan(1);
    expect(summary.every((line) => /^- \p{Lu}/u.test(line))).toBe(true);
  });

  it("keeps to a number of sentences", () => {
    expect(summarize(ARTICLE, wishes({ style: "bullets", maxSentences: 2 })).split("\n")).toHaveLength(2);
  });

  it("cuts a sentence that is too long by itself, at a word", () => {
    expect(summarize("Water turns the big wheel of the old mill by the river.", wishes({ maxWords: 5 }))).toBe(
      "Water turns the big wheel…",
    );
  });

  it("merges summaries that are lists: marks go, items stay apart", () => {
    const list = [
      "- Water turns the wheel of the mill.",
      "- The wheel of the mill turns the stone.",
      "- The stone grinds grain into flour for the bakers.",
    ];
    expect(summarize(list.join("\n"), wishes())).toBe(list.map((item) => item.slice(2)).join(" "));
  });

  it("summarises other scripts", () => {
    const text =
      "Вода вращает колесо мельницы. Колесо мельницы вращает большой жернов. Жернов мелет зерно в муку для пекаря.";
    expect(summarize(text, wishes({ maxWords: 6 }))).toMatch(/^[А-Я].*\.$/);
  });

  it("shows how a text begins that has no sentence in it", () => {
    expect(summarize("12 . . . 13\n14", wishes())).toBe("12 . . . 13 14.");
  });

  it("takes a book, although its sentences are too many to compare all at once", () => {
    const book = Array.from(
      { length: 4_000 },
      (_, n) => `Mill ${n} has a wheel that turns ${n % 7} stones in town ${n % 31}.`,
    );
    expect(countWords(summarize(book.join(" "), wishes()))).toBeGreaterThan(20);
  });
});
