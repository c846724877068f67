import { STOPWORDS } from "./stopwords.ts";
import { splitWords } from "./words.ts";

/** Reduces a sentence to the terms it is about: lower case, without stopwords, endings cut so that "file" meets "files". */
export function readTerms(sentence: string): string[] {
  return splitWords(sentence.toLowerCase().replaceAll("’", "'"))
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ""))
    .filter((word) => word !== "" && !STOPWORDS.has(word) && !/^\d+$/.test(word))
    .map(stem);
}

/** A light cut: enough to compare, not meant to be read. */
function stem(word: string): string {
  const bare = word.replace(/'s$/, "");
  if (bare.length < 5) return bare.length === 4 && /[^s]s$/.test(bare) ? bare.slice(0, -1) : bare;
  return bare
    .replace(/ies$/, "y")
    .replace(/(?<=[^s])(?:es|s)$/, "")
    .replace(/(?<=.{3})(?:ing|ed|ly)$/, "")
    .replace(/e$/, "");
}
