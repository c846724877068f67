import { joinBlocks } from "./blocks.ts";
import { rankByCentrality } from "./central.ts";
import { readLines } from "./lines.ts";
import { selectSentences } from "./select.ts";
import { splitSentences, type Sentence } from "./sentences.ts";
import type { Wishes } from "./wishes.ts";
import { countWords, cutToWords } from "./words.ts";
import { isWorthy } from "./worthy.ts";

const START_WORDS = 25;

/**
 * Summarises a text by quoting it: its most central sentences, in their order. The same text and wishes give the same
 * summary. The word limit holds always; a first sentence that is too long by itself is cut at a word.
 */
export function summarize(text: string, wished: Wishes): string {
  const wishes = feasible(wished);
  const sentences = readSentences(text);
  if (sentences.length === 0) return format([quoteStart(text, wishes)], wishes);
  const { sentences: compared, ranks, graph } = rankByCentrality(sentences);
  const costs = compared.map((sentence) => countWords(format([sentence], wishes)));
  const places = selectSentences({ ranks, graph, costs, ...wishes });
  const chosen = places.length > 0 ? places : [ranks.indexOf(Math.max(...ranks))];
  return format(
    chosen.flatMap((place) => compared[place] ?? []).map((sentence) => fit(sentence, wishes)),
    wishes,
  );
}

/** In one word there is no room for a bullet's mark. */
function feasible(wishes: Wishes): Wishes {
  return wishes.maxWords === 1 ? { ...wishes, style: "paragraph" } : wishes;
}

/** Of a text without any sentence (a table, a list of names) a summary can only show how it begins. */
function quoteStart(text: string, wishes: Wishes): Sentence {
  const start = cutToWords(text.trim(), Math.min(budget(wishes), START_WORDS)).replace(/\s+/g, " ");
  return { text: start, isBullet: false, isIntroduced: false };
}

/** The sentences worth quoting; of a text without any, all there are; without repetitions. */
function readSentences(text: string): Sentence[] {
  const all = splitSentences(joinBlocks(readLines(text))).filter(({ text }) => /\p{L}/u.test(text));
  const worthy = all.filter(isWorthy);
  const seen = new Set<string>();
  return (worthy.length > 0 ? worthy : all).filter(({ text }) => seen.size < seen.add(text).size);
}

/** Only a sentence that stands alone can be too long: the others were chosen because they fit. */
function fit(sentence: Sentence, wishes: Wishes): Sentence {
  return { ...sentence, text: cutToWords(sentence.text, budget(wishes)) };
}

/** The mark of a bullet counts as a word where words are counted by their spaces. */
function budget({ style, maxWords }: Wishes): number {
  return style === "bullets" ? maxWords - 1 : maxWords;
}

function format(sentences: readonly Sentence[], { style }: Wishes): string {
  if (style === "paragraph") return sentences.map(({ text }) => closeSentence(text)).join(" ");
  return sentences.map(({ text }) => `- ${text}`).join("\n");
}

/** List items may end without a full stop; next to each other in a paragraph they need one. */
function closeSentence(text: string): string {
  return /[\p{L}\p{N}]$/u.test(text) ? `${text}.` : text.replace(/[,;:]$/, ".");
}
