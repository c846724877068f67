import { randomUUID } from "node:crypto";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Replaces each `%NAME%` by the setting of that name. Throws the real host's sentence when there is none. */
export function resolveSettings(text: string, environment: Environment): string {
  return text.replace(/%([^%]+)%/g, (whole, name: string) => {
    const value = environment[name];
    if (value === undefined) throw new Error(`'${whole}' does not resolve to a value.`);
    return value;
  });
}

/**
 * Replaces each `{name}` or `{name.inner}` by binding data (trigger metadata, route parameters, body properties; names
 * without regard to case) and `{rand-guid}` by a new id. Throws the real host's sentence when there is no such value.
 */
export function resolveBindingExpressions(text: string, data: () => Readonly<Record<string, unknown>>): string {
  return text.replace(/\{([^{}]+)\}/g, (_whole, expression: string) => {
    if (expression.toLowerCase() === "rand-guid") return randomUUID();
    const value = expression.split(".").reduce<unknown>(memberOf, data());
    if (value === undefined || value === null) throw new Error(`No value for named parameter '${expression}'.`);
    return typeof value === "string" ? value : JSON.stringify(value);
  });
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}
