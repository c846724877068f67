import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readErrorCode } from "../process/error-code.ts";

const localSettings = z.looseObject({
  IsEncrypted: z.boolean().optional(),
  Values: z.record(z.string(), z.string()).optional(),
});

/**
 * Adds the values of the app's local.settings.json, the file that Functions tools read on a developer's machine, to an
 * environment. What the environment says already wins, as it does there. Encrypted values are left to Core Tools.
 *
 * Throws when the file is there and cannot be read.
 */
export function withLocalSettings(env: NodeJS.ProcessEnv, app: string): NodeJS.ProcessEnv {
  const path = join(app, "local.settings.json");
  const text = readIfPresent(path);
  if (text === undefined) return env;
  const { IsEncrypted, Values } = parse(path, text);
  return IsEncrypted ? env : { ...Values, ...env };
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (readErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function parse(path: string, text: string): z.infer<typeof localSettings> {
  try {
    return localSettings.parse(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch (cause) {
    throw new Error(`Cannot read "${path}": expected JSON with an object "Values" of texts`, { cause });
  }
}
