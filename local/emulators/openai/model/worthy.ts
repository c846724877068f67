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
  return BEGINS_WHOLE.test(text) && isMostlyLetters(text) && isBalanced(text) && !LEGAL.test(text);
}

/** Tables, code and formulas have more signs and digits than letters; warnings that shout have more capitals. */
function isMostlyLetters(text: string): boolean {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const letters = count(/[\p{L}\p{M}]/gu);
  return letters >= count(/\S/gu) * 0.75 && count(/\p{Lu}/gu) <= letters / 2;
}

/** A quotation or bracket that stays open shows that a full stop inside it was taken for the end. */
function isBalanced(text: string): boolean {
  const count = (sign: string) => text.split(sign).length - 1;
  const pairs = ["()", "[]", "‘’", "“”", "«»"] as const;
  return pairs.every(([open = "", close = ""]) => count(open) <= count(close)) && count('"') % 2 === 0;
}
