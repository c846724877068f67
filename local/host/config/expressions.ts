import { parseTemplate } from "./binding-template.ts";
import type { TemplateToken } from "./binding-template.ts";
import { randGuid, utcNow } from "./system-binding-data.ts";
import type { MadeValue } from "./system-binding-data.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What `{…}` may name, asked for only when there is a `{…}`. */
export type BindingData = () => Readonly<Record<string, unknown>>;

const BUILT_IN: Readonly<Record<string, MadeValue>> = { "rand-guid": randGuid, datetime: utcNow };

/** Replaces each `%NAME%` by the setting of that name. Throws the real host's sentence when there is none. */
export function resolveSettings(text: string, environment: Environment): string {
  return text.replace(/%([^%]+)%/g, (whole, name: string) => {
    const value = environment[name];
    if (value === undefined) throw new Error(`'${whole}' does not resolve to a value.`);
    return value;
  });
}

/**
 * Replaces each `{name}` or `{name.inner}` by binding data (trigger metadata, route parameters, body properties, `sys`; names
 * without regard to case), else `{rand-guid}` and `{datetime:format}` by a new value. Throws the real host's sentence when
 * there is no such value, and when it is an object, of which the real host makes an empty text.
 */
export function resolveBindingExpressions(text: string, data: BindingData): string {
  const tokens = parseTemplate(text);
  return tokens.map((token) => ("literal" in token ? token.literal : resolveExpression(token, data()))).join("");
}

/** The text of one expression. */
export function resolveExpression(
  { expression, format }: Extract<TemplateToken, { expression: string }>,
  data: Readonly<Record<string, unknown>>,
): string {
  const [first = "", ...inner] = expression.split(".");
  let value: unknown = memberOf(data, first) ?? (inner.length === 0 ? BUILT_IN[first.toLowerCase()] : undefined);
  if (value === undefined || value === null) throw new Error(`No value for named parameter '${first}'.`);
  for (const name of inner) {
    value = memberOf(value, name);
    if (value === undefined) throw new Error(`Error while accessing '${name}': property doesn't exist.`);
  }
  return textOf(value, { expression, format });
}

function textOf(value: unknown, { expression, format }: { expression: string; format: string | undefined }): string {
  if (typeof value === "function") return (value as MadeValue)(format);
  if (value === null) return "";
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`'{${expression}}' must name a text, number or boolean, found ${JSON.stringify(value)}`);
}

/** Of names that differ only in case the last one counts, as in a dictionary of the real host. */
function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).findLast(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}
