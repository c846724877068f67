import { inspect } from "node:util";

/** What to print of a thrown value: with stack and causes, because the reader has to find the line. */
export function describeError(error: unknown): string {
  return typeof error === "string" ? error : inspect(error);
}

/** The one-line form, for reasons inside a sentence. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : describeError(error);
}
