import { escapePointer } from "../contract/field-errors.ts";
import { MillraceError } from "./errors.ts";

/** Deeper than any request of ours, far from where recursive code overflows its stack (about 5,000). */
const MAX_DEPTH = 32;

/** Names through which a parsed object could reach the prototype of all objects. None of our fields is called so. */
const FORBIDDEN_NAMES = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Parses a request body in the order that keeps it harmless: depth on the text, then JSON, then names.
 *
 * @throws MillraceError BODY_TOO_DEEP, INVALID_JSON, BODY_NOT_OBJECT, UNKNOWN_FIELD
 */
export function parseJsonBody(bytes: Buffer): Record<string, unknown> {
  const text = decodeUtf8(bytes);
  if (depthOf(text) > MAX_DEPTH)
    throw new MillraceError("BODY_TOO_DEEP", `The body is nested deeper than ${MAX_DEPTH} levels`);
  const value = parseJson(text);
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new MillraceError("BODY_NOT_OBJECT", "The body must be a JSON object");
  refuseForbiddenNames(value, "");
  return value as Record<string, unknown>;
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (thrown) {
    throw new MillraceError("INVALID_JSON", "The body is not UTF-8", { cause: thrown });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    throw new MillraceError("INVALID_JSON", "The body cannot be parsed as JSON", { cause: thrown });
  }
}

/** How deep brackets nest outside strings, counted without parsing: the parser itself must not see a depth bomb. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") deepest = Math.max(deepest, ++depth);
    else if (character === "}" || character === "]") depth--;
  }
  return deepest;
}

function refuseForbiddenNames(value: unknown, pointer: string): void {
  if (value === null || typeof value !== "object") return;
  for (const [name, part] of Object.entries(value)) {
    if (FORBIDDEN_NAMES.has(name))
      throw new MillraceError("UNKNOWN_FIELD", "The body has a field that does not exist", {
        details: { errors: [{ pointer: `${pointer}/${name}`, message: "does not exist" }] },
      });
    refuseForbiddenNames(part, `${pointer}/${escapePointer(name)}`);
  }
}
