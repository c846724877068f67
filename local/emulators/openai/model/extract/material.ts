import { joinBlocks, type Block } from "../blocks.ts";
import { readLines } from "../lines.ts";
import { splitSentences } from "../sentences.ts";

/** The text that is read, and what of it is looked at again and again. */
export interface Material {
  readonly text: string;
  readonly sentences: readonly string[];
  readonly items: readonly Item[];
}

/** An item of a list. */
export interface Item {
  readonly text: string;
  /** What the list follows, if that ends in a colon. */
  readonly introduction: string;
}

/** Where a value is wanted: its name, and the words that speak of it and of what it is part of. */
export interface Place {
  readonly name: string;
  readonly clues: readonly string[];
}

export function readMaterial(text: string): Material {
  const blocks = joinBlocks(readLines(text));
  return {
    text,
    sentences: splitSentences(blocks).map((sentence) => sentence.text),
    items: blocks.flatMap(({ text: item, isBullet }, index) =>
      isBullet ? [{ text: item, introduction: introductionOf(blocks, index) }] : [],
    ),
  };
}

function introductionOf(blocks: readonly Block[], index: number): string {
  const before = blocks.slice(0, index).findLast(({ isBullet }) => !isBullet)?.text ?? "";
  return before.endsWith(":") ? before : "";
}
