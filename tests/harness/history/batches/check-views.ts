import type { Violation } from "../violation.ts";
import type { BatchEvent } from "./batch-history.ts";
import { endOf, isItemEnd, ranAgain } from "./batch-walk.ts";
import type { BatchWalk } from "./batch-walk.ts";

type Read = Extract<BatchEvent, { readonly did: "read" }>;

/** The numbers in a view are those of its own items; an end that was shown stays; and at last the view says what is so. */
export function checkViews(batch: BatchWalk, events: readonly BatchEvent[]): Violation[] {
  const reads = events.filter((event): event is Read => event.did === "read" && event.batchId === batch.batchId);
  return [
    ...reads.flatMap((read) => checkCounts(batch, read)),
    ...(ranAgain(batch) ? [] : checkOrder(reads)),
    ...checkAtLast(batch, reads.at(-1)),
  ];
}

function checkCounts({ plan }: BatchWalk, { view, commits }: Read): Violation[] {
  const found: Violation[] = [];
  const counted: Record<string, number> = {};
  for (const status of view.items.values()) counted[status] = (counted[status] ?? 0) + 1;
  const told = Object.entries(view.counts).filter(([, count]) => count > 0);
  if (view.items.size > 0 && told.some(([status, count]) => counted[status] !== count))
    found.push({ kind: "books", text: `${plan.name} was shown ${JSON.stringify(view.counts)} at commit ${commits}` });
  const sum = told.reduce((total, [, count]) => total + count, 0);
  // Before its items are written there is nothing to count.
  if (sum !== plan.items.length && view.status !== "accepted")
    found.push({ kind: "books", text: `${plan.name} was shown ${sum} items of ${plan.items.length}` });
  return found;
}

function checkOrder(reads: readonly Read[]): Violation[] {
  return reads.slice(1).flatMap(({ client, view, name }, index): Violation[] => {
    const before = reads.slice(0, index + 1).findLast((read) => read.client === client);
    const back = [...(before?.view.items ?? [])].filter(
      ([key, status]) => isItemEnd(status) && view.items.get(key) !== status,
    );
    return back.map(([key, status]) => ({
      kind: "read back in time",
      text: `${name}: ${client} saw ${key} as "${status}", then as "${view.items.get(key) ?? "not there"}"`,
    }));
  });
}

function checkAtLast({ plan, items, header }: BatchWalk, last: Read | undefined): Violation[] {
  if (!last || header.some(({ index }) => index >= last.commits)) return [];
  const wrong = plan.items.filter(({ key }) => last.view.items.get(key) !== endOf(items.get(key)));
  const status = header.at(-1)?.after;
  return [
    ...wrong.map(({ key }) => `${key} as "${last.view.items.get(key) ?? "not there"}"`),
    ...(last.view.status === status ? [] : [`itself as "${last.view.status}" and not "${String(status)}"`]),
  ].map((text) => ({ kind: "untrue answer", text: `${plan.name} at last showed ${text}` }));
}
