import type { TableEntity, TransactionAction } from "@azure/data-tables";
import { isJsonObject } from "../../config/json-file.ts";

/** What the storage service refuses in a key: slashes, `#`, `?`, and control characters. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const FORBIDDEN_IN_KEYS = /[\\/#?\u0000-\u001f\u007f-\u009f]/;

export interface EntityKeys {
  readonly partitionKey: string | undefined;
  readonly rowKey: string | undefined;
}

/** One entity to write, and whether it is new (no etag), written over whatever is there (`*`), or over that one version. */
export interface OutputEntity {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly action: TransactionAction;
}

/**
 * Makes an entity of an object. Keys of its own (in any letter case) win over those of the binding; whole numbers become
 * Int64, other numbers Double; a property that is null is left out. Throws when a key is missing or cannot be one, and when
 * a property is an object or a list.
 */
export function outputEntity(value: unknown, defaults: EntityKeys): OutputEntity {
  if (!isJsonObject(value))
    throw new Error(`A table output must be an object or a list of objects, found ${JSON.stringify(value)}`);
  const partitionKey = parseKey(ownKey(value, "partitionKey") ?? defaults.partitionKey);
  const rowKey = parseKey(ownKey(value, "rowKey") ?? defaults.rowKey);
  const entity: TableEntity = { partitionKey, rowKey };
  for (const [name, property] of Object.entries(value))
    if (!isOurs(name) && property !== null) entity[name] = propertyOf(name, property);
  return { partitionKey, rowKey, action: actionOf(entity, value["odata.etag"]) };
}

function actionOf(entity: TableEntity, etag: unknown): TransactionAction {
  if (typeof etag !== "string" || etag === "") return ["create", entity];
  return etag === "*" ? ["upsert", entity, "Replace"] : ["update", entity, "Replace", { etag }];
}

/** The service sets the time itself. */
function isOurs(name: string): boolean {
  return /^(?:partitionkey|rowkey|timestamp|odata\.etag)$/i.test(name);
}

function ownKey(entity: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.entries(entity).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function parseKey(value: unknown): string {
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  if (typeof text === "string" && !FORBIDDEN_IN_KEYS.test(text)) return text;
  throw new Error(`${JSON.stringify(text ?? "")} is not a valid value for a partition key or row key.`);
}

function propertyOf(name: string, value: unknown): unknown {
  if (typeof value === "object")
    throw new Error(`Property '${name}' of a table output must be a text, number or boolean, found an object or list`);
  if (typeof value !== "number") return value;
  return Number.isInteger(value) ? { type: "Int64", value: String(value) } : { type: "Double", value };
}
