import { emptiest } from "./emptiest.ts";
import { readMaterial, type Material, type Place } from "./material.ts";
import { findBoolean, findChoice, findNumber, findText } from "./scalars.ts";
import { cluesOf, typeOf, type Wanted } from "./schema.ts";

/** Nobody nests answers deeper; a schema could go round in itself. */
const MAX_DEPTH = 20;
/** As many entries as a list has if nobody says more. */
const USUAL_ITEMS = 5;

/**
 * Answers with what the text says of each value that the schema describes: what stands behind its name and a colon, or what is
 * of its kind and nearest to its name. The same text and schema give the same answer. What is required and not in the text is
 * made up as null, if that is allowed, or as the emptiest value of its type.
 */
export function extract(text: string, schema: Wanted): unknown {
  return read(readMaterial(text), schema, { name: "", clues: [], depth: 0 }) ?? emptiest(schema);
}

interface DeepPlace extends Place {
  readonly depth: number;
}

/** What the text says, or nothing. */
function read(material: Material, schema: Wanted, place: DeepPlace): unknown {
  if (place.depth > MAX_DEPTH) return undefined;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return findChoice(material, schema, place);
  if (schema.anyOf) return firstOf(schema.anyOf.map((one) => () => read(material, one, place)));
  switch (typeOf(schema)) {
    case "object":
      return readObject(material, schema, place);
    case "array":
      return readList(material, schema, place);
    case "integer":
    case "number":
      return findNumber(material, schema, place)[0];
    case "boolean":
      return findBoolean(material, place);
    case "string":
      return findText(material, schema, place)[0];
    default:
      return undefined;
  }
}

function readObject(material: Material, { properties = {}, required = [] }: Wanted, place: DeepPlace): unknown {
  const entries = Object.entries(properties).map(([name, schema]) => {
    const clues = [...cluesOf(name, schema), ...place.clues];
    const found = read(material, schema, { name, clues, depth: place.depth + 1 });
    return [name, found ?? (required.includes(name) ? emptiest(schema) : undefined)] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function readList(material: Material, { items = {}, minItems = 0, maxItems }: Wanted, place: DeepPlace): unknown {
  const most = maxItems ?? Math.max(minItems, USUAL_ITEMS);
  const found = [...new Set(candidates(material, items, place))].slice(0, most);
  while (found.length < Math.min(minItems, most)) found.push(emptiest(items));
  return found.length > 0 ? found : undefined;
}

function candidates(material: Material, items: Wanted, place: DeepPlace): unknown[] {
  if (items.enum) return items.enum.filter((option) => findChoice(material, { enum: [option] }, place) !== undefined);
  const isPlain = items.const === undefined && !items.anyOf;
  const type = isPlain ? typeOf(items) : "one of several";
  if (type === "number" || type === "integer") return findNumber(material, items, place);
  if (type === "string") return findText(material, items, { ...place, isList: true });
  const single = read(material, items, { ...place, depth: place.depth + 1 });
  return single === undefined ? [] : [single];
}

function firstOf(tries: readonly (() => unknown)[]): unknown {
  for (const attempt of tries) {
    const found = attempt();
    if (found !== undefined) return found;
  }
  return undefined;
}
