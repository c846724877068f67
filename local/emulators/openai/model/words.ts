/** Scripts that write words without spaces between them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** Counts words as a reader would: what stands between spaces, and in scripts without spaces what a dictionary finds. */
export function countWords(text: string): number {
  return splitWords(text).length;
}

/** Cuts a text into its words, with the punctuation that hangs on them. */
export function splitWords(text: string): string[] {
  const pieces = text.match(/\S+/gu) ?? [];
  return pieces.flatMap((piece) => (UNSPACED.test(piece) ? splitUnspaced(piece) : [piece]));
}

/** Keeps the first words, at least one, and marks the cut with an ellipsis. */
export function cutToWords(text: string, maxWords: number): string {
  const words = splitWords(text);
  if (words.length <= maxWords) return text;
  let end = 0;
  for (const word of words.slice(0, Math.max(1, maxWords))) end = text.indexOf(word, end) + word.length;
  return `${text.slice(0, end).replace(/[\s,;:.–—-]+$/u, "")}…`;
}

/** Punctuation goes with the word before it. */
function splitUnspaced(piece: string): string[] {
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(piece)) {
    if (isWordLike || words.length === 0) words.push(segment);
    else words.push(`${words.pop() ?? ""}${segment}`);
  }
  return words;
}
