import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { isJsonObject, readJsonObject } from "../config/json-file.ts";
import { queryOf } from "./request-path.ts";

export type AccessLevel = "anonymous" | "function" | "admin";

export interface KeyRing {
  /** Where the keys are kept, to be shown to the developer who needs one. */
  readonly path: string;
  /**
   * Whether the request carries a key for that level: header `x-functions-key`, else `?code=`. The master key opens
   * everything; host keys open all functions, function keys one.
   */
  readonly allows: (request: IncomingMessage, level: AccessLevel, functionName?: string) => boolean;
}

type Keys = Readonly<Record<string, string>>;

interface KeyFile {
  readonly master: string;
  readonly host: Keys;
  readonly functions: Readonly<Record<string, Keys>>;
}

/** Reads the keys from `keys.json` in the state folder, after creating it with new master and host keys if there is none. */
export async function openKeyRing(stateFolder: string): Promise<KeyRing> {
  const path = join(stateFolder, "keys.json");
  const file = parseKeyFile(await readJsonObject(path), path) ?? (await createKeyFile(stateFolder, path));
  const functions = new Map(Object.entries(file.functions).map(([name, keys]) => [name.toLowerCase(), keys]));
  return {
    path,
    allows(request, level, functionName = "") {
      if (level === "anonymous") return true;
      const header = request.headers["x-functions-key"];
      const key = typeof header === "string" ? header : queryOf(request).get("code");
      if (key === null || key === "") return false;
      if (key === file.master) return true;
      const own = functions.get(functionName.toLowerCase()) ?? {};
      return level === "function" && [...Object.values(file.host), ...Object.values(own)].includes(key);
    },
  };
}

function parseKeyFile(content: Awaited<ReturnType<typeof readJsonObject>>, path: string): KeyFile | undefined {
  if (!content) return undefined;
  const { master, host = {}, functions = {} } = content as { master?: unknown; host?: unknown; functions?: unknown };
  if (typeof master === "string" && master !== "" && isJsonObject(host) && isJsonObject(functions))
    return { master, host: host as Keys, functions: functions as KeyFile["functions"] };
  throw new Error(
    `Cannot read "${path}": it must be like {"master": "…", "host": {"default": "…"}, "functions": {"name": {"default": "…"}}}`,
  );
}

async function createKeyFile(stateFolder: string, path: string): Promise<KeyFile> {
  const key = () => randomBytes(40).toString("base64url");
  const file: KeyFile = { master: key(), host: { default: key() }, functions: {} };
  await mkdir(stateFolder, { recursive: true });
  await writeFile(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  return file;
}
