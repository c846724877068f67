/**
 * Makes extracted text fit for models, storage and people, without changing what it says:
 *
 * - ligatures and other presentation forms become letters, but `x²` and `½` stay: full NFKC would make them `x2` and `1⁄2`;
 * - words hyphenated at a line end are joined, lines and paragraphs stay;
 * - runs of spaces shrink to one, runs of blank lines to one;
 * - control and zero-width characters, U+FFFD and halves of surrogate pairs go.
 *
 * Cleaning clean text changes nothing.
 */
export function cleanText(text: string): string {
  return text
    .replace(LINE_BREAKS, "\n")
    .replace(SPACES, " ")
    .replace(UNWANTED, "")
    .replace(SOFT_HYPHEN, "")
    .replace(PRESENTATION_FORMS, (form) => form.normalize("NFKC"))
    .normalize("NFC")
    .replace(SPACES, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(BREAKING_HYPHEN, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

const LINE_BREAKS = /\r\n?|[\v\f\u0085\u2028\u2029]/gu;
/** Not U+FEFF, which JavaScript counts as white space though it has no width. */
const SPACES = /[^\S\n\uFEFF]+/gu;

/** Joiners (U+200C, U+200D) are not here: Indic scripts, Persian and emoji need them. */
const UNWANTED = /(?!\n)[\p{Cc}\p{Cs}\uFFFD\u200B\u2060\uFEFF]/gu;

/** Says where a word may be broken, and with a line break after it that it was. */
const SOFT_HYPHEN = /\u00AD(?: ?\n ?)?/gu;

/** Only between a letter and a small letter: not in a range of years, a list or a double name. */
const BREAKING_HYPHEN = /(?<=\p{L})[-\u2010]\n(?=\p{Ll})/gu;

/** Latin, Armenian, Hebrew and Arabic presentation forms: Unicode's blocks FB00-FDFF and FE70-FEFF. */
const PRESENTATION_FORMS = /[\uFB00-\uFDFF\uFE70-\uFEFC]/gu;
