import { partsOfRowKey } from "../../../src/platform/partitions.ts";
import type { History, Violation } from "./history.ts";

/** Kinds of rows that go with a job. Others tell of all jobs together. */
const OF_JOBS: ReadonlySet<string> = new Set(["job", "due", "key", "hist", "dead"]);

/** When all records have had their time, no row is left of any job. */
export function checkPurge({ commits, purged }: History): Violation[] {
  if (!purged) return [];
  const standing = new Set<string>();
  for (const { before, after } of commits) {
    if (after) standing.add(after.rowKey);
    else standing.delete(before?.rowKey ?? "");
  }
  const left = [...standing].filter((rowKey) => OF_JOBS.has(partsOfRowKey(rowKey)[0] ?? ""));
  return left.map((rowKey) => ({ kind: "not purged", text: rowKey }));
}
