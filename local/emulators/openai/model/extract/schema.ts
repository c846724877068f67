/** The part of JSON Schema that this model heeds; the rest it leaves to whoever checks its answer. */
export interface Wanted {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Wanted>>;
  readonly required?: readonly string[];
  readonly items?: Wanted;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly anyOf?: readonly Wanted[];
}

/** What a value may be, `null` aside. */
export function typeOf({ type = "string", properties, items }: Wanted): string {
  if (properties) return "object";
  if (items) return "array";
  return (typeof type === "string" ? [type] : type).find((one) => one !== "null") ?? "null";
}

export function isNullable({ type, anyOf = [] }: Wanted): boolean {
  return (typeof type === "string" ? type === "null" : (type ?? []).includes("null")) || anyOf.some(isNullable);
}

/** The words by which a value can be recognised: `dueDate`, "When it must be paid". */
export function cluesOf(name: string, { title = "", description = "" }: Wanted): string[] {
  return splitName(name).concat(wordsOf(title), wordsOf(description));
}

/** `dueDate`, `due_date` and `due-date` are two words. */
export function splitName(name: string): string[] {
  return wordsOf(name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").replaceAll("_", " "));
}

const EMPTY = new Set(
  "a an and are as at by for from in is it its of on or that the this to was what when where which who with".split(" "),
);

function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !EMPTY.has(word));
}
