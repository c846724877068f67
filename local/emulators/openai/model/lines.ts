import { isFurniture, readRunningTitles } from "./furniture.ts";

/** A line of the input, cleaned, with what its own look says about it. */
export interface Line {
  readonly text: string;
  readonly kind: "prose" | "bullet" | "heading" | "blank";
}

/** Bullet marks, and numbers in brackets or before a full stop: "•", "-", "1.", "2)", "(a)". */
const BULLET = /^(?:[•▪◦‣●○■□∙·*]|[-–—](?=\s)|\(?\d{1,3}[.)](?=\s)|\(?[a-z]\)(?=\s))\s*/u;

/** "3.1. Purpose", "Chapter 4. The /usr Hierarchy", "Appendix A", "14.1.2 Event Designators". */
const NUMBERED_HEADING =
  /^(?:(?:chapter|section|appendix|part)\s+[\dA-Z]+\b|\d+(?:\.\d+)+\.?\s+\p{Lu}|[A-Z]\.\d+(?:\.\d+)*\.?\s)/iu;

/** Reads a text line by line; page numbers, running titles, tables of contents and the like are left out. */
export function readLines(text: string): Line[] {
  const lines = clean(text)
    .split("\n")
    .map((line) => line.trim());
  const runningTitles = readRunningTitles(lines);
  return lines.filter((line) => !isFurniture(line, runningTitles)).map(classify);
}

function classify(text: string): Line {
  if (text === "") return { text, kind: "blank" };
  if (isHeading(text)) return { text, kind: "heading" };
  const mark = BULLET.exec(text)?.[0];
  return mark === undefined ? { text, kind: "prose" } : { text: text.slice(mark.length), kind: "bullet" };
}

/** Headings that show by their look alone. Others show by being short (`blocks.ts`). */
function isHeading(text: string): boolean {
  if (/^#{1,6}\s/.test(text)) return true;
  if (/[.!?:;,]$/.test(text) || text.length > 100) return false;
  return NUMBERED_HEADING.test(text) || (text.length > 3 && text === text.toUpperCase() && /\p{Lu}{2}/u.test(text));
}

const LIGATURES: Readonly<Record<string, string>> = { ﬀ: "ff", ﬁ: "fi", ﬂ: "fl", ﬃ: "ffi", ﬄ: "ffl" };

/** In a text that has lost its line breaks, the entries of a table of contents are what the dots divide. */
const LOST_LEADERS = /(?<=[^\n]{120})(?:\.\s?){5,200}\s?(?:\d{1,4}|[ivxlc]{1,7})?\s/gu;

function clean(text: string): string {
  return text
    .replace(LOST_LEADERS, "\n")
    .replace(/\r\n?/g, "\n")
    .replace(/[\f\v\u2028\u2029]/g, "\n")
    .replace(/[\u00ad\u200b\ufeff]/g, "") // soft hyphens and spaces of no width
    .replace(/[ \t\u00a0\u2000-\u200a\u202f\u3000]+/g, " ")
    .replace(/[ﬀﬁﬂﬃﬄ]/g, (ligature) => LIGATURES[ligature] ?? ligature);
}
