import {
  byNearness,
  findAddresses,
  findDates,
  findEmails,
  findLabelled,
  findNumbers,
  findWords,
  nearOnly,
} from "./find.ts";
import type { Item, Material, Place } from "./material.ts";
import { splitName, typeOf, type Wanted } from "./schema.ts";

/** Text is short where a value is wanted, and a sentence is the longest that stands for itself. */
const USUAL_CHARACTERS = 300;

/** The numbers that fit, the likeliest first. */
export function findNumber({ text }: Material, schema: Wanted, { name, clues }: Place): number[] {
  const labelled = findNumbers(findLabelled(text, splitName(name)) ?? "").map(({ value }) => value);
  const near = nearOnly(text, findNumbers(text), clues);
  return [...labelled, ...near].filter((value) => fitsNumber(schema, value));
}

function fitsNumber(schema: Wanted, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const isWhole = typeOf(schema) !== "integer" || Number.isSafeInteger(value);
  return (
    isWhole &&
    value >= (minimum ?? value) &&
    value <= (maximum ?? value) &&
    value > (exclusiveMinimum ?? -Infinity) &&
    value < (exclusiveMaximum ?? Infinity)
  );
}

interface TextPlace extends Place {
  /** Several are wanted. */
  readonly isList?: boolean;
}

/** The texts that fit, the likeliest first; for a list, its items. */
export function findText(material: Material, schema: Wanted, place: TextPlace): string[] {
  const texts = findFormat(material, schema, place) ?? findPlain(material, place);
  return texts
    .map((text) => cut(text, schema.maxLength ?? USUAL_CHARACTERS))
    .filter((text) => text.length >= (schema.minLength ?? 1));
}

/** What has a form of its own, wherever it stands. */
function findFormat({ text }: Material, { format }: Wanted, { clues }: Place): string[] | undefined {
  if (format === "date") return byNearness(text, findDates(text), clues);
  if (format === "date-time") return byNearness(text, findDates(text), clues).map((date) => `${date}T00:00:00Z`);
  if (format === "email") return byNearness(text, findEmails(text), clues);
  if (format === "uri") return byNearness(text, findAddresses(text), clues);
  return undefined;
}

function findPlain({ text, items, sentences }: Material, { name, clues, isList }: TextPlace): string[] {
  const labelled = findLabelled(text, splitName(name));
  if (isList) return labelled?.split(/,\s+(?:and\s+)?|;\s*|\s+and\s+/) ?? findItems(items, clues);
  if (labelled) return [labelled];
  if (/title|heading|subject/i.test(name)) return [firstLine(text)];
  const hits = (sentence: string) => clues.filter((clue) => sentence.toLowerCase().includes(clue)).length;
  const whole = sentences.filter((sentence) => !sentence.endsWith(":"));
  const best = whole.sort((a, b) => hits(b) - hits(a)).at(0);
  return best === undefined || hits(best) === 0 ? [] : [best];
}

/** What any list consists of. */
const GENERIC = /^(?:points?|items?|entries|bullets?|list)$/;

/** The items that are spoken of, or that stand in a list which is. */
function findItems(items: readonly Item[], clues: readonly string[]): string[] {
  const isMeant = ({ text, introduction }: Item) =>
    clues.some((clue) => GENERIC.test(clue) || `${introduction} ${text}`.toLowerCase().includes(clue));
  return items.filter(isMeant).map(({ text }) => text);
}

function firstLine(text: string): string {
  return (
    text
      .split("\n")
      .find((line) => /\p{L}{2}/u.test(line))
      ?.trim() ?? ""
  );
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = text.slice(0, most);
  return head.slice(0, Math.max(head.lastIndexOf(" "), most / 2)).trimEnd();
}

/** The option that stands nearest to the clues. */
export function findChoice({ text }: Material, { enum: options = [] }: Wanted, { clues }: Place): unknown {
  const found = options.flatMap((option) => findWords(text, String(option)).map((one) => ({ ...one, value: option })));
  return byNearness(text, found, clues)[0];
}

const DENIAL = /\b(?:no|not|never|without|none)\b|n't\b/i;

/** Whether a sentence speaks of it, and does not deny it. */
export function findBoolean({ text, sentences }: Material, { name }: Place): boolean | undefined {
  const labelled = findLabelled(text, splitName(name));
  if (labelled !== undefined) return /^(?:yes|true|on|y|1|x)\b/i.test(labelled);
  const words = splitName(name).filter((word) => !["has", "is", "are", "can"].includes(word));
  const about = sentences.find((sentence) => words.every((word) => sentence.toLowerCase().includes(word)));
  return about === undefined || words.length === 0 ? undefined : !DENIAL.test(about);
}
