import type { Sentence } from "./sentences.ts";
import { countWords } from "./words.ts";
import { ENDS_WHOLE } from "./worthy.ts";

/** What a text calls itself. */
const ITSELF =
  "(?:document|standard|report|paper|study|article|manual|guide|book|specification|policy|agreement|contract|project|release)";

/** A sentence that leans on the one before it says little alone; "this document" leans on nothing. */
const LEANS = new RegExp(
  [
    `^(?:this|these|those|that)\\b(?! ${ITSELF}\\b)`,
    "^(?:it|they|he|she|such|other|another|however|therefore|thus|hence|also|but|and|or|so|then|otherwise|instead)\\b",
    "^(?:for example|for instance|furthermore|moreover|additionally|similarly|likewise|note that|see)\\b",
    `^(?:in|with|by|for|on|if|when) (?:this|that|these|those|such|either|it|they)\\b(?! ${ITSELF}\\b)`,
  ].join("|"),
  "i",
);

/** It points at something that the summary will not show. */
const POINTS =
  /^here (?:is|are)\b|\bthe following\b|\bas follows\b|(?<!from )\b(?:above|below|here)[.,;)]|\b(?:see|chapter|section|figure|table|page) \d/i;

/** It speaks of something named before it: "in this directory", "such files". */
const REFERS_BACK = new RegExp(`\\b(?:this|these|those|such)\\b (?!${ITSELF}\\b|as\\b)`, "i");

/** It says what the text is about: the cue phrases of Edmundson (1969). */
const SAYS_SUBJECT = new RegExp(
  [
    `\\b(?:this|the present) ${ITSELF} (?:consists|describes|specifies|defines|covers|explains|provides|presents|sets|introduces|aims|outlines|gives|is|enables)\\b`,
    "\\b(?:the|its|their) (?:purpose|aim|goal) (?:of|is|was)\\b",
    "\\bin (?:summary|conclusion)\\b",
    "\\bwe (?:show|propose|present|find|found|conclude)\\b",
  ].join("|"),
  "i",
);

/** A term of a list of definitions, run into what it means: "M Include the matched portion". */
const TERM_RUN_IN = /^(?:\p{Lu}|\p{Lu}{4,}) \p{Lu}\p{Ll}/u;

/** It is about the makers of the text and how to reach them. */
const COURTESY = /\bto thank\b|\bthanks (?:to|for)\b|\backnowledge(?:s|ments?)?\b|\bgrateful\b|\bmailing list\b/i;

/** How much a sentence's rank counts, 1 being usual, for how well it reads by itself. */
export function rateReadability(sentence: Sentence): number {
  const { text, isBullet } = sentence;
  let factor = rateLength(countWords(text));
  if (isBullet && !ENDS_WHOLE.test(text)) factor *= 0.6;
  if (sentence.isIntroduced) factor *= 0.5;
  if (LEANS.test(text)) factor *= 0.5;
  else if (REFERS_BACK.test(text)) factor *= 0.7;
  if (POINTS.test(text)) factor *= 0.5;
  if (TERM_RUN_IN.test(text)) factor *= 0.5;
  if (COURTESY.test(text)) factor *= 0.3;
  if (SAYS_SUBJECT.test(text)) factor *= 2;
  return factor;
}

/** Very short sentences say little, very long ones are hard to read. */
function rateLength(words: number): number {
  if (words < 12) return words / 12;
  return words <= 35 ? 1 : Math.max(0.6, 1 - (words - 35) / 60);
}
