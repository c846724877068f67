import { join } from "node:path";
import { messageOf } from "../logging/describe-error.ts";
import { parseLogLevel } from "../logging/log-level.ts";
import type { LogLevels } from "../logging/log-level.ts";
import { isJsonObject, readJsonObject } from "./json-file.ts";
import type { JsonObject } from "./json-file.ts";
import { parseTimeSpanInMilliseconds } from "./time-span.ts";

const DEFAULT_FUNCTION_TIMEOUT = "00:30:00";

/** The upper end is what a timer of Node can wait: 2^31 - 1 ms. */
const FUNCTION_TIMEOUT_RANGE_MS = { min: 1000, max: 2_147_483_647 };

export interface HostJson {
  /** Milliseconds; undefined means no limit ("-1"). */
  readonly functionTimeoutMs: number | undefined;
  /** The allow list; undefined means every function. */
  readonly functions: readonly string[] | undefined;
  readonly logLevels: LogLevels;
  /** The raw settings of an extension, such as "http" or "queues"; the extension reads its own. */
  extension(name: string): Section;
}

/** Typed access to one object of host.json. Every getter throws an error that names the whole path of the setting. */
export interface Section {
  text(key: string): string | undefined;
  integer(key: string, range: { readonly min: number; readonly max?: number }): number | undefined;
  boolean(key: string): boolean | undefined;
  /** One of a few words, in any case; returned as it is listed. */
  choice<Word extends string>(key: string, words: readonly Word[]): Word | undefined;
  timeSpanInMilliseconds(key: string): number | undefined;
  /** An object inside; empty when there is none. */
  section(key: string): Section;
}

/** Reads and checks host.json of an app. Throws when it is missing, is not version "2.0", or a setting has the wrong form. */
export async function readHostJson(folder: string): Promise<HostJson> {
  const path = join(folder, "host.json");
  const content = await readJsonObject(path);
  if (!content) throw new Error(`Cannot find "${path}": a function app needs one, at least { "version": "2.0" }`);
  return parseHostJson(content, path);
}

export function parseHostJson(content: JsonObject, path: string): HostJson {
  if (content["version"] !== "2.0")
    throw new Error(`Cannot use "${path}": "version" must be "2.0", found ${JSON.stringify(content["version"])}`);
  const extensions = subObject(content, "extensions", path);
  const section = (name: string) =>
    createSection(subObject(extensions, name, `${path}: extensions`), `${path}: extensions.${name}`);
  return {
    functionTimeoutMs: readFunctionTimeout(content, path),
    functions: readAllowList(content, path),
    logLevels: readLogLevels(content, path),
    extension: section,
  };
}

function readFunctionTimeout(content: JsonObject, path: string): number | undefined {
  const root = createSection(content, path);
  if (root.text("functionTimeout") === "-1") return undefined;
  const milliseconds =
    root.timeSpanInMilliseconds("functionTimeout") ?? parseTimeSpanInMilliseconds(DEFAULT_FUNCTION_TIMEOUT);
  const { min, max } = FUNCTION_TIMEOUT_RANGE_MS;
  if (milliseconds >= min && milliseconds <= max) return milliseconds;
  throw new Error(
    `Cannot use "${path}": "functionTimeout" must be from 00:00:01 to 24.20:31:23, or "-1" for no limit, found ${JSON.stringify(content["functionTimeout"])}`,
  );
}

function readAllowList(content: JsonObject, path: string): readonly string[] | undefined {
  const list = content["functions"];
  if (list === undefined) return undefined;
  if (Array.isArray(list) && list.every((name) => typeof name === "string")) return list;
  throw new Error(`Cannot use "${path}": "functions" must be a list of function names`);
}

function readLogLevels(content: JsonObject, path: string): LogLevels {
  const levels = subObject(subObject(content, "logging", path), "logLevel", `${path}: logging`);
  return Object.fromEntries(
    Object.entries(levels).map(([prefix, level]) => {
      try {
        return [prefix, parseLogLevel(String(level))];
      } catch (error) {
        throw new Error(`Cannot use "${path}": logging.logLevel["${prefix}"]: ${messageOf(error)}`, { cause: error });
      }
    }),
  );
}

function subObject(parent: JsonObject, key: string, path: string): JsonObject {
  const value = parent[key] ?? {};
  if (isJsonObject(value)) return value;
  throw new Error(`Cannot use "${path}": "${key}" must be an object, found ${JSON.stringify(value)}`);
}

function createSection(values: JsonObject, path: string): Section {
  const refuse = (key: string, wanted: string) =>
    new Error(`Cannot use "${path}": "${key}" must be ${wanted}, found ${JSON.stringify(values[key])}`);
  const text = (key: string) => {
    const value = values[key];
    if (value === undefined || typeof value === "string") return value;
    throw refuse(key, "a text");
  };
  return {
    text,
    integer(key, { min, max = Number.MAX_SAFE_INTEGER }) {
      const value = values[key];
      if (value === undefined) return undefined;
      if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
      throw refuse(key, max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `from ${min} to ${max}`);
    },
    boolean(key) {
      const value = values[key];
      if (value === undefined || typeof value === "boolean") return value;
      throw refuse(key, "true or false");
    },
    choice(key, words) {
      const value = text(key)?.toLowerCase();
      const chosen = words.find((word) => word.toLowerCase() === value);
      if (value === undefined || chosen !== undefined) return chosen;
      throw refuse(key, `one of ${words.join(", ")}`);
    },
    section: (key) => createSection(subObject(values, key, path), `${path}.${key}`),
    timeSpanInMilliseconds(key) {
      const value = text(key);
      if (value === undefined) return undefined;
      try {
        return parseTimeSpanInMilliseconds(value);
      } catch (error) {
        throw new Error(`Cannot use "${path}": "${key}": ${messageOf(error)}`, { cause: error });
      }
    },
  };
}
