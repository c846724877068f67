import { walksOf } from "../history/job-walks.ts";
import type { Record } from "./record.ts";

/** How often each kind of thing happened, by its name: what never happens is not tested. */
export type Tally = Readonly<{ [what: string]: number }>;

/** Of each job's transitions, each answer to clients, and each line that the product wrote. */
export function tallyOf(record: Record): Tally {
  const counts = new Map<string, number>();
  const add = (what: string, times = 1) => counts.set(what, (counts.get(what) ?? 0) + times);
  for (const { moves } of walksOf(record))
    for (const { before, after } of moves) {
      if (!after) add("row: gone");
      else if (before?.last.version !== after.last.version) add(`row: ${after.last.event}`);
      if (after?.phase === "failed" && before?.phase !== "failed") add(`failed: ${after.error.code}`);
      if (after?.phase === "cancelled" && before?.phase !== "cancelled") add(`cancelled: ${String(before?.phase)}`);
    }
  for (const event of record.clients) {
    if (event.did === "yes" || event.did === "gone" || event.did === "unsure") add(`${event.act}: ${event.did}`);
    if (event.did === "no") add(`${event.act}: ${event.code}`);
  }
  for (const [line, times] of record.said) add(`log: ${line}`, times);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
