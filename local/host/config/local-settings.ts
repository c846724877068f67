import { join } from "node:path";
import type { CorsSettings } from "../server/cors.ts";
import { isJsonObject, readJsonObject } from "./json-file.ts";

export interface LocalSettings {
  readonly values: Readonly<Record<string, string>>;
  readonly localHttpPort?: number;
  /** `Host.CORS` and `Host.CORSCredentials`; undefined when there are no origins. */
  readonly cors?: CorsSettings;
}

/**
 * Reads local.settings.json of an app; without the file there are no settings. Throws when it is encrypted (only `func`
 * has the key), a value is not text, number or boolean, or the port is none.
 */
export async function readLocalSettings(folder: string): Promise<LocalSettings> {
  const path = join(folder, "local.settings.json");
  const file = (await readJsonObject(path)) ?? {};
  if (file["IsEncrypted"] === true)
    throw new Error(`Cannot read "${path}": it is encrypted. Run "func settings decrypt" in that folder`);
  const values = isJsonObject(file["Values"]) ? file["Values"] : {};
  const host = isJsonObject(file["Host"]) ? file["Host"] : {};
  const { LocalHttpPort: port, CORS: origins, CORSCredentials: credentials } = host;
  return {
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toText(name, value, path)])),
    ...(port === undefined ? {} : { localHttpPort: toPort(port, path) }),
    ...(typeof origins === "string" && origins.trim() !== ""
      ? { cors: { origins, allowsCredentials: /^true$/i.test(String(credentials)) } }
      : {}),
  };
}

/** Puts the values into an environment. What is set there already wins, as with `func start`. */
export function applyValues(values: Readonly<Record<string, string>>, environment: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(values)) environment[name] ??= value;
}

function toText(name: string, value: unknown, path: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`Cannot read "${path}": Values["${name}"] must be a text, found ${JSON.stringify(value)}`);
}

function toPort(value: unknown, path: string): number {
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`Cannot read "${path}": Host.LocalHttpPort must be a port number, found ${JSON.stringify(value)}`);
}
