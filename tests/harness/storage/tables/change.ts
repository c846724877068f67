import { StorageFault } from "../wire.ts";
import type { StoredEntity } from "../wire.ts";
import type { Stamp } from "./stamps.ts";

interface Where {
  readonly table: string;
  readonly partitionKey: string;
  readonly rowKey: string;
}

type Properties = Readonly<Record<string, unknown>>;

/** What one request, or one part of a transaction, asks of a row. */
export type Change = Where &
  (
    | { readonly kind: "insert"; readonly properties: Properties }
    | { readonly kind: "replace" | "merge"; readonly properties: Properties; readonly ifMatch: string | undefined }
    | { readonly kind: "delete"; readonly ifMatch: string }
  );

/** The row after the change, or nothing after a delete. @throws StorageFault when its condition does not hold */
export function applyChange(
  current: StoredEntity | undefined,
  change: Change,
  stamp: () => Stamp,
): StoredEntity | undefined {
  checkCondition(current, change);
  if (change.kind === "delete") return undefined;
  const { partitionKey, rowKey, kind } = change;
  const given = ownProperties(change.properties);
  const properties = kind === "merge" ? { ...current?.properties, ...given } : given;
  return { partitionKey, rowKey, properties, ...stamp() };
}

function checkCondition(current: StoredEntity | undefined, change: Change): void {
  if (change.kind === "insert") {
    if (current) throw new StorageFault(409, "EntityAlreadyExists");
    return;
  }
  if (change.ifMatch === undefined) return;
  if (!current) throw new StorageFault(404, "ResourceNotFound");
  if (change.ifMatch !== "*" && change.ifMatch !== current.etag)
    throw new StorageFault(412, "UpdateConditionNotSatisfied");
}

const SYSTEM = new Set(["PartitionKey", "RowKey", "Timestamp", "odata.etag", "odata.metadata"]);

/** A property that is null is not kept at all. */
function ownProperties(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([name, value]) => !SYSTEM.has(name) && value !== null));
}
