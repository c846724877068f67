import { readFile } from "node:fs/promises";
import { messageOf } from "../logging/describe-error.ts";
import { parseRelaxedJson } from "./relaxed-json.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a JSON object, with comments or not, from a file; undefined when there is no such file. Throws with the path when it is anything else. */
export async function readJsonObject(path: string): Promise<JsonObject | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  let value: unknown;
  try {
    value = parseRelaxedJson(text);
  } catch (error) {
    throw new Error(`Cannot read "${path}": ${messageOf(error)}`, { cause: error });
  }
  if (!isJsonObject(value)) throw new Error(`Cannot read "${path}": it must hold a JSON object`);
  return value;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
