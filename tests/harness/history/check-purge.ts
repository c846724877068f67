import type { History, Violation } from "./history.ts";

/** When all records have had their time, no row is left of any job. */
export function checkPurge({ commits, purged }: History): Violation[] {
  if (!purged) return [];
  const standing = new Set<string>();
  for (const { before, after } of commits) {
    if (after) standing.add(after.rowKey);
    else standing.delete(before?.rowKey ?? "");
  }
  return [...standing].map((rowKey) => ({ kind: "not purged", text: rowKey }));
}
