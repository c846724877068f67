import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, rename, unlink, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { isJsonObject, readJsonObject } from "../config/json-file.ts";
import type { JsonObject } from "../config/json-file.ts";
import { queryOf } from "./request-path.ts";

/** "system" is the level of an extension's own endpoints: its system key, or the master key. */
export type AccessLevel = "anonymous" | "function" | "system" | "admin";

export interface KeyRing {
  /** Where the keys are kept, to be shown to the developer who needs one. */
  readonly path: string;
  /**
   * Whether the request carries a key for that level: header `x-functions-key`, else `?code=`. The master key opens
   * everything; host keys open all functions, function keys one, system keys one extension. `name` is that of the function
   * or of the system key.
   */
  readonly allows: (request: IncomingMessage, level: AccessLevel, name?: string) => boolean;
  /** Undefined for a key that no extension here has. */
  readonly systemKey: (name: string) => string | undefined;
}

type Keys = Readonly<Record<string, string>>;

interface KeyFile {
  readonly master: string;
  readonly host: Keys;
  readonly functions: Readonly<Record<string, Keys>>;
  readonly system: Keys;
}

/** The extensions that have a key of their own. */
const SYSTEM_KEYS = ["durabletask_extension"];

/**
 * Reads the keys from `keys.json` in the state folder, after creating it with new master, host and system keys if there is
 * none. A file without system keys gets them.
 */
export async function openKeyRing(stateFolder: string): Promise<KeyRing> {
  const path = join(stateFolder, "keys.json");
  const file = (await readKeyFile(path)) ?? (await createKeyFile(stateFolder, path));
  const functions = new Map(Object.entries(file.functions).map(([name, keys]) => [name.toLowerCase(), keys]));
  return {
    path,
    systemKey: (name) => file.system[name],
    allows(request, level, name = "") {
      if (level === "anonymous") return true;
      const header = request.headers["x-functions-key"];
      const key = typeof header === "string" ? header : queryOf(request).get("code");
      if (key === null || key === "") return false;
      if (key === file.master) return true;
      if (level === "system") return key === file.system[name];
      const own = functions.get(name.toLowerCase()) ?? {};
      return level === "function" && [...Object.values(file.host), ...Object.values(own)].includes(key);
    },
  };
}

async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  const content = await readJsonObject(path);
  if (!content) return undefined;
  const file = parseKeyFile(content, path);
  if (SYSTEM_KEYS.every((name) => file.system[name] !== undefined)) return file;
  const complete = { ...file, system: { ...systemKeysOf(file.master), ...file.system } };
  const temporary = await writeTemporary(path, { ...content, ...complete });
  await rename(temporary, path);
  return complete;
}

function parseKeyFile(content: JsonObject, path: string): KeyFile {
  const { master, host = {}, functions = {}, system = {} } = content as Record<keyof KeyFile, unknown>;
  if (
    typeof master === "string" &&
    master !== "" &&
    isJsonObject(host) &&
    isJsonObject(functions) &&
    isJsonObject(system)
  )
    return { master, host: host as Keys, functions: functions as KeyFile["functions"], system: system as Keys };
  throw new Error(
    `Cannot read "${path}": it must be like {"master": "…", "host": {"default": "…"}, "functions": {"name": {"default": "…"}}}`,
  );
}

/** Made from the master key, so that hosts which complete the same file at the same time agree. */
function systemKeysOf(master: string): Keys {
  const key = (name: string) => createHmac("sha256", master).update(name).digest("base64url");
  return Object.fromEntries(SYSTEM_KEYS.map((name) => [name, key(name)]));
}

/** Of several hosts that create it at once, one does; the others read what it wrote. */
async function createKeyFile(stateFolder: string, path: string): Promise<KeyFile> {
  const key = () => randomBytes(40).toString("base64url");
  const master = key();
  const file: KeyFile = { master, host: { default: key() }, functions: {}, system: systemKeysOf(master) };
  await mkdir(stateFolder, { recursive: true });
  const temporary = await writeTemporary(path, file);
  try {
    await link(temporary, path);
    return file;
  } catch (error) {
    const winner = (error as NodeJS.ErrnoException).code === "EEXIST" ? await readKeyFile(path) : undefined;
    if (winner) return winner;
    throw error;
  } finally {
    await unlink(temporary);
  }
}

async function writeTemporary(path: string, file: unknown): Promise<string> {
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  return temporary;
}
