import { InvariantError } from "../platform/errors.ts";

/** Tried in turn: where a paragraph ends, a sentence, a word. A match ends where the part may end. */
const BOUNDARIES = [/\n\s*\n/gu, /(?:[.!?…]["'”’)\]]*(?=\s))|[。！？]/gu, /\s+/gu];

/**
 * Splits the text of a document into parts that a model can take one by one.
 *
 * A part has at most `maxCharacters` UTF-16 units and never only white space. It ends at the last paragraph in reach,
 * else at the last sentence, else at the last word, and in the middle of a word only where there is no white space.
 * The parts, one after the other, are the pages without some white space.
 */
export function splitText(pages: readonly string[], options: { readonly maxCharacters: number }): string[] {
  const { maxCharacters } = options;
  // Two units is one character outside the basic plane: less could not hold it whole.
  if (!(maxCharacters >= 2))
    throw new InvariantError("split-text-size", `Cannot split into ${maxCharacters} characters`);
  const parts: string[] = [];
  let rest = pages.join("\n").trim();
  while (rest.length > maxCharacters) {
    const end = findEnd(rest, Math.floor(maxCharacters));
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  if (rest) parts.push(rest);
  return parts;
}

/**
 * Boundaries in the second half win over better ones in the first: a part of three words costs as much overhead as a
 * full one.
 */
function findEnd(text: string, maxCharacters: number): number {
  const reach = text.slice(0, maxCharacters + 1);
  const ends = BOUNDARIES.map((boundary) => lastEnd(reach, boundary, maxCharacters));
  return ends.find((end) => end > maxCharacters / 2) ?? (Math.max(...ends) || wholeCharacters(text, maxCharacters));
}

/** Where the last match that starts within the limit ends, cut to the limit: what goes beyond is white space. */
function lastEnd(reach: string, boundary: RegExp, maxCharacters: number): number {
  let end = 0;
  for (const match of reach.matchAll(boundary)) {
    const candidate = match.index + match[0].length;
    if (candidate <= maxCharacters) end = candidate;
    else if (/\s/u.test(match[0].charAt(0)) && match.index > 0) end = match.index;
  }
  return end;
}

/** Never between the two halves of a surrogate pair. */
function wholeCharacters(text: string, length: number): number {
  const code = text.codePointAt(length - 1) ?? 0;
  return code > 0xffff ? length - 1 : length;
}
