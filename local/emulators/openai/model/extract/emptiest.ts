import { isNullable, typeOf, type Wanted } from "./schema.ts";

const EMPTIEST: Readonly<Record<string, (schema: Wanted) => unknown>> = {
  object: ({ properties = {}, required = [] }) =>
    Object.fromEntries(required.map((name) => [name, emptiest(properties[name] ?? {})])),
  array: ({ minItems = 0, items = {} }) => Array.from({ length: minItems }, () => emptiest(items)),
  integer: ({ minimum = 0 }) => Math.max(0, minimum),
  number: ({ minimum = 0 }) => Math.max(0, minimum),
  boolean: () => false,
};

/** What says the least and still fits, as far as types go: for what is wanted and cannot be found. */
export function emptiest(schema: Wanted): unknown {
  if (isNullable(schema)) return null;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf?.[0]) return emptiest(schema.anyOf[0]);
  return EMPTIEST[typeOf(schema)]?.(schema) ?? "?".repeat(schema.minLength ?? 0);
}
