import { joinLines } from "./hyphens.ts";
import type { Line } from "./lines.ts";

/** A paragraph or a list item, its wrapped lines joined into one. */
export interface Block {
  readonly text: string;
  readonly isBullet: boolean;
  /** A list item that follows a line ending in a colon. */
  readonly isIntroduced: boolean;
}

/** In wrapped text a line this much shorter than the widest is the last of its paragraph, or stands alone. */
const FULL_LINE = 0.75;

/** Joins lines into blocks. Headings, blank lines and short lines end a block; headings themselves are left out. */
export function joinBlocks(lines: readonly Line[]): Block[] {
  const blocks: Block[] = [];
  const width = readWidth(lines);
  let open: string[] = [];
  let isBullet = false;
  const close = () => {
    if (open.length) blocks.push(toBlock(joinLines(open), isBullet, blocks.at(-1)));
    open = [];
    isBullet = false;
  };
  for (const [index, line] of lines.entries()) {
    if (line.kind !== "prose") close();
    if (line.kind === "bullet" || line.kind === "prose") open.push(line.text);
    if (line.kind === "bullet") isBullet = true;
    if (isShort(line, lines[index + 1], width)) close();
  }
  close();
  return blocks;
}

/** A list is introduced as a whole: what holds for its first item holds for those after it. */
function toBlock(text: string, isBullet: boolean, previous: Block | undefined): Block {
  const isIntroduced = isBullet && previous !== undefined && (previous.isIntroduced || previous.text.endsWith(":"));
  return { text, isBullet, isIntroduced };
}

/** The width of a full line: all but the widest tenth fit in it, so that a table or a long address does not count. */
function readWidth(lines: readonly Line[]): number {
  const widths = lines
    .filter(({ kind }) => kind === "prose")
    .map(({ text }) => text.length)
    .sort((a, b) => a - b);
  return widths[Math.floor(widths.length * 0.9)] ?? 0;
}

/** The next word would have fitted: whoever wrapped this text ended the paragraph here. */
function isShort(line: Line, next: Line | undefined, width: number): boolean {
  const firstWord = next?.text.split(" ")[0] ?? "";
  return line.text.length + 1 + firstWord.length < width * FULL_LINE;
}
