import { InvariantError } from "../platform/errors.ts";

/** Tried in turn: where a paragraph ends, a sentence, a word. */
const BOUNDARIES = [/\n\s*\n/gu, /(?:[.!?…]["'”’)\]]*(?=\s))|[。！？]/gu, /\s+/gu];

/**
 * Splits the text of a document into parts that a model can take one by one.
 *
 * A part has at most `maxCharacters` UTF-16 units and never only white space. It ends where in its second half the last
 * paragraph ends, else the last sentence, else the last word, and within a word only where there is no white space to
 * end at. The parts, one after the other, are the pages without some white space.
 */
export function splitText(pages: readonly string[], options: { readonly maxCharacters: number }): string[] {
  const maxCharacters = Math.floor(options.maxCharacters);
  // Two units is one character outside the basic plane: less could not hold it whole.
  if (!(maxCharacters >= 2))
    throw new InvariantError("split-text-size", `Cannot split into ${options.maxCharacters} characters`);
  const parts: string[] = [];
  let rest = pages.join("\n").trim();
  while (rest.length > maxCharacters) {
    const end = findEnd(rest, maxCharacters);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  if (rest) parts.push(rest);
  return parts;
}

/**
 * A good end in the second half wins over a better one in the first: a part of three words costs a model as much
 * overhead as a full one.
 */
function findEnd(text: string, maxCharacters: number): number {
  const reach = text.slice(0, maxCharacters + 2); // Shows the blank line behind a paragraph that just fits.
  const ends = BOUNDARIES.map((boundary) => lastEnd(reach, boundary, maxCharacters));
  return ends.find((end) => end > maxCharacters / 2) ?? (Math.max(...ends) || wholeCharacters(text, maxCharacters));
}

/** White space belongs to no part, so a part ends before it. */
function lastEnd(reach: string, boundary: RegExp, maxCharacters: number): number {
  const ends = Array.from(reach.matchAll(boundary), (match) => match.index + match[0].trimEnd().length);
  return ends.findLast((end) => end <= maxCharacters) ?? 0;
}

/** Never between the two halves of a surrogate pair. */
function wholeCharacters(text: string, length: number): number {
  return (text.codePointAt(length - 1) ?? 0) > 0xffff ? length - 1 : length;
}
