/** What a text run on a page tells us; a part of the parser's own text item. */
export interface TextRun {
  readonly str: string;
  /** The run's transformation matrix: `[a, b, c, d, x, y]`, with y growing upwards. */
  readonly transform: readonly number[];
  readonly hasEOL: boolean;
}

interface Line {
  text: string;
  y: number | undefined;
}

/** A gap this much wider than the page's usual one starts a paragraph. Typeset manuals use 1.45 and more, lists 1.0. */
const PARAGRAPH_GAP = 1.3;

/**
 * Puts the text runs of one page together: lines end where the parser says so, and a blank line stands where the
 * gap between two lines is clearly wider than is usual on this page. A PDF has no paragraphs of its own.
 */
export function joinTextRuns(runs: readonly TextRun[]): string {
  const lines = toLines(runs);
  const gaps = lines.map((line, index) => gapAbove(line, lines[index - 1]));
  const usual = median(gaps.filter((gap) => gap > 0));
  return lines.map((line, index) => separator(index, gaps[index] ?? 0, usual) + line.text).join("");
}

function toLines(runs: readonly TextRun[]): Line[] {
  const lines: Line[] = [];
  let line: Line = { text: "", y: undefined };
  for (const run of runs) {
    line.text += run.str;
    if (run.str.trim()) line.y ??= run.transform[5];
    if (!run.hasEOL) continue;
    lines.push(line);
    line = { text: "", y: undefined };
  }
  lines.push(line);
  return lines;
}

/** How far a line stands below the one before; 0 where that says nothing (a new column, a blank line). */
function gapAbove(line: Line, previous: Line | undefined): number {
  if (line.y === undefined || previous?.y === undefined) return 0;
  return Math.max(0, previous.y - line.y);
}

function separator(index: number, gap: number, usual: number): string {
  if (index === 0) return "";
  return usual > 0 && gap > usual * PARAGRAPH_GAP ? "\n\n" : "\n";
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}
