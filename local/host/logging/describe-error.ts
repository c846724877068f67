import { inspect, types } from "node:util";

/** What to print of a thrown value: with stack and causes, because the reader has to find the line. */
export function describeError(error: unknown): string {
  return typeof error === "string" ? error : inspect(error);
}

/** The one-line form, for reasons inside a sentence. Also of errors that another realm of the process has made. */
export function messageOf(error: unknown): string {
  if (error instanceof Error || types.isNativeError(error)) return error.message || error.name;
  return describeError(error);
}
