import { joinBlocks } from "../blocks.ts";
import { readLines } from "../lines.ts";
import { splitSentences } from "../sentences.ts";

/** The text that is read, and what of it is looked at again and again. */
export interface Material {
  readonly text: string;
  readonly sentences: readonly string[];
  /** Its list items. */
  readonly items: readonly string[];
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
    items: blocks.filter(({ isBullet }) => isBullet).map((block) => block.text),
  };
}
