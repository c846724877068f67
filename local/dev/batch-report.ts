import type { BatchView, LastItem } from "./batch-client.ts";

/** Wide enough for the longest key of the demo. */
const KEY_WIDTH = 14;

/** What a batch had come to when it was last looked at, item by item. */
export type Seen = Readonly<Record<string, string>>;

/** A line for each item that has changed since, and what was seen now. */
export function formatChanges(
  batch: BatchView,
  seen: Seen,
): { readonly lines: readonly string[]; readonly seen: Seen } {
  const all: readonly (LastItem & { readonly key: string })[] = [
    ...batch.items,
    ...(batch.finally ? [{ ...batch.finally, key: "finally" }] : []),
  ];
  const changed = all.filter(({ key, status }) => seen[key] !== status && (status !== "blocked" || key in seen));
  const counts = formatCounts(batch);
  return {
    lines: changed.map((item, index) => formatItem(item, index === changed.length - 1 ? counts : "")),
    seen: Object.fromEntries(all.map(({ key, status }) => [key, status])),
  };
}

function formatItem({ key, status, error }: LastItem & { readonly key: string }, counts: string): string {
  const word = status === "accepted" ? "released" : status;
  const outcome = error ? `${word}  ${error.code}: ${error.message}  ` : word.padEnd(12);
  return `  ${key.padEnd(KEY_WIDTH)}${outcome}${counts}`.trimEnd();
}

/** `5 blocked, 7 running`: nothing of what there is none. */
function formatCounts({ counts = {} }: BatchView): string {
  return Object.entries(counts)
    .filter(([, many]) => many > 0)
    .map(([status, many]) => `${many} ${status}`)
    .join(", ");
}
