/** "Introduction . . . . . . 3", "2.1 Scope......7" */
const DOT_LEADERS = /(?:\.\s?){4,}|(?:…\s?){2,}/u;

/** "12", "- 12 -", "xiv", "Page 3 of 10", "[12]" */
const PAGE_NUMBER = /^[\s\-–—|[\]()]*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|\/)\s*\d{1,4})?[\s\-–—|[\]()]*$/iu;

const ONLY_URLS = /^(?:(?:https?:\/\/|www\.|mailto:)\S+(?:\s+|$))+$/iu;

/** Seen this often, once its numbers are taken out, a short line is a running title and not text. */
const RUNNING_TITLE_REPEATS = 3;
const RUNNING_TITLE_MAX_WORDS = 12;

/** Says whether a line belongs to the page and not to the text. Blank lines are part of the text: they divide it. */
export function isFurniture(line: string, runningTitles: ReadonlySet<string>): boolean {
  if (line === "") return false;
  if (!/\p{L}/u.test(line)) return true;
  return (
    DOT_LEADERS.test(line) || PAGE_NUMBER.test(line) || ONLY_URLS.test(line) || runningTitles.has(withoutNumbers(line))
  );
}

/** Finds the lines that come back page after page: "Chapter 14: Expansion 41", "Chapter 14: Expansion 43", … */
export function readRunningTitles(lines: readonly string[]): Set<string> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    if (line === "" || line.split(" ").length > RUNNING_TITLE_MAX_WORDS || /[.!?]$/.test(line)) continue;
    const title = withoutNumbers(line);
    counts.set(title, (counts.get(title) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count >= RUNNING_TITLE_REPEATS).map(([title]) => title));
}

function withoutNumbers(line: string): string {
  return line.replace(/\d+/g, "#");
}
