import { invalidInput } from "../wire.ts";

export interface EntityPath {
  readonly table: string;
  /** Nothing when the path names the table as a whole. */
  readonly key: { readonly partitionKey: string; readonly rowKey: string } | undefined;
}

/** `jobs`, `jobs()` or `jobs(PartitionKey='a',RowKey='b')`; a quote within a key is written twice. */
export function parseEntityPath(path: string): EntityPath {
  const whole = /^(\w+)(?:\(\))?$/.exec(path)?.[1];
  if (whole) return { table: whole, key: undefined };
  const [, table, partitionKey, rowKey] =
    /^(\w+)\(PartitionKey='((?:[^']|'')*)',RowKey='((?:[^']|'')*)'\)$/.exec(path) ?? [];
  if (table === undefined || partitionKey === undefined || rowKey === undefined) throw invalidInput();
  return { table, key: { partitionKey: unquoted(partitionKey), rowKey: unquoted(rowKey) } };
}

function unquoted(text: string): string {
  return text.replaceAll("''", "'");
}
