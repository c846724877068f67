import type { Sentence } from "./sentences.ts";
import { countWords } from "./words.ts";

const MIN_WORDS = 5;
const MAX_WORDS = 60;

export const ENDS_WHOLE = /[.!?…。！？؟।][)\]"'”’»]*$/u;
const BEGINS_WHOLE = /^["'“‘«]*[\p{Lu}\p{Lo}\p{N}/]/u;
const LEGAL = /©|\(c\)\s*\d{4}|\bcopyright\b|all rights reserved|\btrademarks?\b|permission is granted|\bISBN\b/i;

/** Says whether a sentence can stand in a summary: whole, of a length one reads in one breath, and about the subject. */
export function isWorthy({ text, isBullet }: Sentence): boolean {
  const words = countWords(text);
  if (words < MIN_WORDS || words > MAX_WORDS) return false;
  if (isBullet ? /[,;:]$|\b(?:and|or)$/.test(text) : !ENDS_WHOLE.test(text)) return false;
  return BEGINS_WHOLE.test(text) && isMostlyLetters(text) && !LEGAL.test(text);
}

/** Tables, code and formulas have more signs and digits than letters. */
function isMostlyLetters(text: string): boolean {
  const signs = text.replace(/\s/g, "").length;
  const letters = text.match(/[\p{L}\p{M}]/gu)?.length ?? 0;
  return letters >= signs * 0.75;
}
