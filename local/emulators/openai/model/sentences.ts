import nlp from "compromise/one";
import type { Block } from "./blocks.ts";

export interface Sentence {
  readonly text: string;
  /** It is a list item, or part of one: those may end without a full stop. */
  readonly isBullet: boolean;
  /** It completes a line such as "The standard enables:", and is hardly a sentence without it. */
  readonly isIntroduced: boolean;
}

/** Splits blocks into sentences. English and its neighbours know abbreviations ("e.g. Fig. 2"); other scripts go by Unicode's rules. */
export function splitSentences(blocks: readonly Block[]): Sentence[] {
  return blocks.flatMap(({ text, ...block }) => split(text).map((sentence) => ({ ...block, text: tidy(sentence) })));
}

const bySentence = new Intl.Segmenter(undefined, { granularity: "sentence" });

function split(text: string): string[] {
  if (isLatin(text)) return nlp.tokenize(text).out("array") as string[];
  return [...bySentence.segment(text)].map(({ segment }) => segment);
}

function isLatin(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return latin * 2 >= letters;
}

/** Footnote marks make sense only next to their footnotes. */
function tidy(sentence: string): string {
  return sentence
    .replace(/^(?:\d{1,2} ?){1,3}(?=\p{Lu}(?:\p{Ll}|\p{Lu}{2}))/u, "")
    .replace(/\s?\[\d{1,3}\]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
