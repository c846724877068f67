import { jsonText } from "./carry-out.ts";

/** The Durable extension's limit: 16 KB of UTF-16. */
const MOST_CHARACTERS = (16 * 1024) / 2;

/** Why a custom status cannot be stored, in the extension's words; undefined when it can. */
export function refuseCustomStatus(customStatus: unknown): string | undefined {
  const length = jsonText(customStatus)?.length ?? 0;
  if (length <= MOST_CHARACTERS) return undefined;
  const kilobytes = Math.floor((length * 2) / 1024);
  return `The UTF-16 size of the JSON-serialized payload must not exceed 16 KB. The current payload size is ${kilobytes} KB.`;
}
