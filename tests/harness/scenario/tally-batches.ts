import type { BatchHistory } from "../history/batches/batch-history.ts";
import { endOf, isItemEnd, lastEnd, releasesAgain } from "../history/batches/batch-walk.ts";
import type { BatchWalk, ItemMove, ItemWalk } from "../history/batches/batch-walk.ts";
import { batchWalksOf } from "../history/batches/batch-walks.ts";
import { walksOf } from "../history/job-walks.ts";
import type { Record } from "./record.ts";
import type { Tally } from "./tally.ts";

/** More parents than the product reads one by one. */
const WIDE = 32;

/** How often each kind of thing happened to batches, by its name. */
export function tallyBatches(history: BatchHistory & Pick<Record, "said">): Tally {
  const counts = new Map<string, number>();
  const add = (what: string, times = 1) => counts.set(what, (counts.get(what) ?? 0) + times);
  for (const batch of batchWalksOf(history, walksOf(history))) {
    add(`batch: ${String(batch.header.at(-1)?.after)}`);
    add(`policy: ${batch.plan.policy}`);
    if (batch.finals.length > 0) add("final job");
    for (const walk of batch.items.values()) for (const what of happenedTo(batch, walk)) add(what);
  }
  for (const event of history.batchEvents) {
    add(`client: ${event.did}`);
    if (event.did === "job again") add(`client: ${event.door}s a job of a batch`);
  }
  for (const [line, times] of history.said) add(`log: ${line}`, times);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function happenedTo({ items }: BatchWalk, walk: ItemWalk): string[] {
  const { item, moves, jobs } = walk;
  const parents = item.dependsOn.flatMap((key) => items.get(key) ?? []);
  const release = moves.find(({ after }) => after?.state === "released");
  const job = jobs[0]?.moves[0];
  const ends = parents.flatMap((parent) => lastEnd(parent) ?? []);
  const last = ends.sort((a, b) => a.index - b.index).at(-1);
  const happened: (readonly [string, boolean])[] = [
    [`item: ${endOf(walk) ?? "not ended"}`, true],
    ["ran again", (moves.at(-1)?.after?.run ?? 0) > 1],
    ["skipped, and ran after all", moves.some(({ before, after }) => before?.state === "skipped" && after?.run === 1)],
    ["ran again behind another", releasesAgain(walk).some(({ index }) => !isWantedBy(walk, index))],
    ["stayed behind what ran again", parents.some(passesOn) && releasesAgain(walk).length === 0],
    ["followed its job, which began by itself", moves.some(isFollowing)],
    ["item failed without a job", endOf(walk) === "failed" && jobs.length === 0],
    ["diamond", parents.length > 1 && release !== undefined],
    ["parents ended in one instant", ends.filter(({ at }) => at === last?.at).length > 1],
    [
      "released by another than ended the last parent",
      release !== undefined && last !== undefined && release.by !== last.by,
    ],
    ["job made by another than released its item", release !== undefined && job !== undefined && job.by !== release.by],
    ["skipped behind skipped", endOf(walk) === "skipped" && parents.every((parent) => endOf(parent) === "skipped")],
    ["wide fan-in released", parents.length > WIDE && release !== undefined],
    ["wide fan-in skipped", parents.length > WIDE && endOf(walk) === "skipped"],
    ["taken from a parent that did not complete", item.takes.some((key) => isLost(items.get(key))) && jobs.length > 0],
  ];
  return happened.flatMap(([what, did]) => (did ? [what] : []));
}

function isWantedBy({ wanted }: ItemWalk, index: number): boolean {
  return wanted.some(({ from, to }) => from <= index && index < to);
}

function passesOn(walk: ItemWalk): boolean {
  return releasesAgain(walk).length > 0 && walk.wanted.every(({ dependents }) => dependents === "rerun_changed");
}

function isFollowing({ before, after }: ItemMove): boolean {
  return before !== undefined && before.state !== "blocked" && isItemEnd(after?.state) && after.run > before.run;
}

function isLost(parent: ItemWalk | undefined): boolean {
  const end = endOf(parent);
  return isItemEnd(end) && end !== "completed";
}
