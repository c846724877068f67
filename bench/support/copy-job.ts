import type { TableClient } from "@azure/data-tables";
import { odata } from "@azure/data-tables";
import { newestFirst } from "../../src/platform/ids.ts";
import { partitionOfId } from "../../src/platform/partitions.ts";
import type { Row } from "../../src/platform/rows.ts";

/** All that the product keeps of a job in its table. */
export interface StoredRows {
  readonly jobId: string;
  readonly rows: readonly Row[];
}

/** Every row whose key names the job, in the one order of its digits or the other. */
export async function readJobRows(client: TableClient, jobId: string): Promise<StoredRows> {
  const names = spellings(jobId);
  const rows: Row[] = [];
  const filter = odata`PartitionKey eq ${partitionOfId(jobId)}`;
  for await (const entity of client.listEntities({ queryOptions: { filter } })) {
    const { etag: _etag, timestamp: _written, ...row } = entity as Row & { etag: string; timestamp: string };
    if (names.some((name) => row.rowKey.includes(name))) rows.push(row);
  }
  return { jobId, rows };
}

/** The same rows under another id, wherever a column names it. */
export function copyJobRows({ jobId: before, rows }: StoredRows, jobId: string): Row[] {
  const [digits, newest] = spellings(jobId);
  const [digitsBefore, newestBefore] = spellings(before);
  const renamed = (value: Row[string]) =>
    typeof value === "string" ? value.replaceAll(digitsBefore, digits).replaceAll(newestBefore, newest) : value;
  return rows.map((row) => {
    const columns = Object.entries(row).map(([name, value]) => [name, renamed(value)]);
    return { ...(Object.fromEntries(columns) as Row), partitionKey: partitionOfId(jobId) };
  });
}

function spellings(jobId: string): readonly [string, string] {
  return [jobId.slice("job_".length), newestFirst(jobId)];
}
