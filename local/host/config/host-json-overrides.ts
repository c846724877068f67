import type { Environment } from "./expressions.ts";
import { isJsonObject } from "./json-file.ts";
import type { JsonObject } from "./json-file.ts";

/** `AzureFunctionsJobHost__extensions__http__routePrefix`; the colon is for systems whose shells allow it. */
const PREFIX = /^AzureFunctionsJobHost(?:__|:)/i;

/** Lays the settings whose names are paths into host.json over it. Their values are texts, which every getter understands. */
export function overrideHostJson(content: JsonObject, environment: Environment): JsonObject {
  return Object.entries(environment).reduce((merged, [name, value]) => {
    const path = name.replace(PREFIX, "");
    return path === name || path === "" || value === undefined ? merged : put(merged, path.split(/__|:/), value);
  }, content);
}

/** A copy in which the path, whose names have no case, leads to the value. Lists are objects of numbers here, as in .NET. */
function put(parent: JsonObject, [first = "", ...rest]: readonly string[], value: string): JsonObject {
  const key = Object.keys(parent).find((each) => each.toLowerCase() === first.toLowerCase()) ?? first;
  if (rest.length === 0) return { ...parent, [key]: value };
  const child = parent[key];
  if (Array.isArray(child) || (child === undefined && /^\d+$/.test(rest[0] ?? "")))
    return { ...parent, [key]: Object.values(put(Object.fromEntries(Object.entries(child ?? [])), rest, value)) };
  return { ...parent, [key]: put(isJsonObject(child) ? child : {}, rest, value) };
}
