import type { Binding } from "../worker/protocol.ts";
import { resolveSettings } from "./expressions.ts";
import type { Environment } from "./expressions.ts";

/** A text of a binding with its `%SETTING%`s replaced; undefined when it is not set. Throws when it is something else. */
export function textSetting(binding: Binding, name: string, environment: Environment): string | undefined {
  const value = binding[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw new Error(`"${name}" must be a text, found ${JSON.stringify(value)}`);
  return resolveSettings(value, environment);
}
