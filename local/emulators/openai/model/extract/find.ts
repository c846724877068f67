/** Something in the text that could be a value. */
interface Found<Value> {
  readonly value: Value;
  readonly from: number;
  readonly to: number;
}

/** How far from a value a word still speaks of it. */
const REACH = 160;

/** The values by how near to them their clues stand: those before count more, each word once. Equals in the text's order. */
export function byNearness<Value>(text: string, found: readonly Found<Value>[], clues: readonly string[]): Value[] {
  return scored(text, found, clues).map(({ value }) => value);
}

/** Only those that have a clue near to them: numbers stand everywhere. */
export function nearOnly<Value>(text: string, found: readonly Found<Value>[], clues: readonly string[]): Value[] {
  return scored(text, found, clues).flatMap(({ value, score }) => (score > 0 ? [value] : []));
}

function scored<Value>(text: string, found: readonly Found<Value>[], clues: readonly string[]) {
  const all = found.map((one) => ({ value: one.value, score: scoreOf(text, one, clues) }));
  return all.sort((a, b) => b.score - a.score);
}

function scoreOf(text: string, { from, to }: Found<unknown>, clues: readonly string[]): number {
  const before = text.slice(Math.max(0, from - REACH), from).toLowerCase();
  const after = text.slice(to, to + REACH / 2).toLowerCase();
  const score = [...new Set(clues)].map((clue) => {
    const start = before.lastIndexOf(clue);
    if (start >= 0) return 1 / (1 + (before.length - start - clue.length) / 20);
    const end = after.indexOf(clue);
    return end < 0 ? 0 : 0.6 / (1 + end / 20);
  });
  return score.reduce((sum, one) => sum + one, 0);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DATE =
  /\b(?:(?<iso>\d{4}-\d{2}-\d{2})|(?:(?<day>\d{1,2})(?:st|nd|rd|th)?\.? )?(?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?:(?<day2>\d{1,2})(?:st|nd|rd|th)?,? )?(?<year>\d{4}))\b/gi;

/** Dates as `YYYY-MM-DD`: of a month alone, its first day. */
export function findDates(text: string): Found<string>[] {
  return [...text.matchAll(DATE)].flatMap(({ 0: match, index, groups = {} }) => {
    const { iso, day, month = "", day2, year = "" } = groups;
    const number = MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
    const value = iso ?? [year, String(number).padStart(2, "0"), (day ?? day2 ?? "1").padStart(2, "0")].join("-");
    const time = Date.parse(value);
    const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
    return isDay ? [{ value, from: index, to: index + match.length }] : [];
  });
}

const NUMBER = /(?<![\p{L}\d.,])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\p{L}\d]|\.\d)/gu;

export function findNumbers(text: string): Found<number>[] {
  return all(text, NUMBER).map((found) => ({
    ...found,
    value: Number(found.value.replaceAll(",", "").replace("−", "-")),
  }));
}

export function findEmails(text: string): Found<string>[] {
  return all(text, /[\p{L}\d._%+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63})+/gu);
}

export function findAddresses(text: string): Found<string>[] {
  return all(text, /\bhttps?:\/\/[^\s<>"')\]]{1,500}/g).filter(({ value }) => URL.canParse(value));
}

/** `Label: value` to the end of its line or sentence, the label being of these words alone. */
export function findLabelled(text: string, label: readonly string[]): string | undefined {
  if (label.length === 0) return undefined;
  const words = label.map((word) => word.replace(/[^\p{L}\p{N}]/gu, "")).join("[\\s_-]+");
  const found = new RegExp(`(?<![\\p{L}\\d])${words}\\s{0,3}[:=]\\s{0,3}([^\\n]{1,300})`, "iu").exec(text)?.[1];
  return found?.split(/(?<=[\p{L}\p{N})"”]{2})[.;](?:\s|$)/u, 1)[0]?.trim();
}

/** Where words stand, whatever their case. */
export function findWords(text: string, words: string): Found<string>[] {
  const escaped = words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
  return all(text, new RegExp(`(?<![\\p{L}\\d])${escaped}(?![\\p{L}\\d])`, "giu")).map((found) => ({
    ...found,
    value: words,
  }));
}

function all(text: string, pattern: RegExp): Found<string>[] {
  return [...text.matchAll(pattern)].map(({ 0: value, index }) => ({ value, from: index, to: index + value.length }));
}
