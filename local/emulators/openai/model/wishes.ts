import { DEFAULT_WORDS } from "../limits.ts";

/** What a request asks of a summary. */
export interface Wishes {
  readonly style: "bullets" | "paragraph";
  /** Never exceeded. */
  readonly maxWords: number;
  /** Sentences, or bullets. */
  readonly maxSentences: number;
}

/**
 * Reads wishes from instructions in plain English: "at most 120 words", "in 120 words or fewer", "a 50-word paragraph",
 * "under 100 words", "three sentences", "five bullet points". Of several limits the smallest holds.
 */
export function readWishes(instructions: string): Wishes {
  return {
    style: /\bbullet(?:s|ed)?\b|\bbullet[- ]?points?\b|\bas a list\b/i.test(instructions) ? "bullets" : "paragraph",
    maxWords: smallest(readWordLimits(instructions)) ?? DEFAULT_WORDS,
    maxSentences: smallest(readSentenceLimits(instructions)) ?? Number.POSITIVE_INFINITY,
  };
}

const WORD_LIMIT =
  /(?<below>\b(?:under|below|fewer than|less than)\s+)?(?<floor>\b(?:at least|minimum of|min\.?|no fewer than|more than)\s+)?(?<count>\d[\d,]*)(?:\s+|-)words?\b/gi;

function readWordLimits(instructions: string): number[] {
  return [...instructions.matchAll(WORD_LIMIT)].flatMap(({ groups, index }) => {
    const isCeiling = !groups?.["floor"] || /\bno\s+$/i.test(instructions.slice(0, index));
    if (!isCeiling) return [];
    const count = Number((groups?.["count"] ?? "").replaceAll(",", ""));
    return [Math.max(1, groups?.["below"] ? count - 1 : count)];
  });
}

const NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const SENTENCE_LIMIT = new RegExp(
  `\\b(\\d{1,3}|${NUMBERS.join("|")})(?:\\s+|-)(?:(?:short|key|main|concise)\\s+)*(?:sentences?|bullets?(?:[- ]points?)?|points)\\b`,
  "gi",
);

function readSentenceLimits(instructions: string): number[] {
  return [...instructions.matchAll(SENTENCE_LIMIT)].map(([, number = ""]) =>
    Math.max(1, Number(number) || NUMBERS.indexOf(number.toLowerCase()) + 1),
  );
}

function smallest(numbers: readonly number[]): number | undefined {
  return numbers.length ? Math.min(...numbers) : undefined;
}
