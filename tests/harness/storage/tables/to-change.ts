import { StorageFault, invalidInput } from "../wire.ts";
import type { Change } from "./change.ts";

export interface ChangeParts {
  readonly method: string;
  readonly table: string;
  readonly key: { readonly partitionKey: string; readonly rowKey: string } | undefined;
  readonly ifMatch: string | undefined;
  readonly body: string;
}

/** The change that a request of this method asks for. Without If-Match, PUT and PATCH write whether or not the row exists. */
export function toChange({ method, table, key, ifMatch, body }: ChangeParts): Change {
  const properties = body === "" ? {} : (JSON.parse(body) as Record<string, unknown>);
  const { partitionKey, rowKey } = key ?? {
    partitionKey: properties["PartitionKey"] as string,
    rowKey: properties["RowKey"] as string,
  };
  if (method === "POST" && !key) return { kind: "insert", table, partitionKey, rowKey, properties };
  if (method === "DELETE") {
    if (ifMatch === undefined) throw new StorageFault(400, "MissingRequiredHeader");
    return { kind: "delete", table, partitionKey, rowKey, ifMatch };
  }
  const kind = ({ PUT: "replace", PATCH: "merge", MERGE: "merge" } as const)[method];
  if (!kind) throw invalidInput();
  return { kind, table, partitionKey, rowKey, properties, ifMatch };
}
