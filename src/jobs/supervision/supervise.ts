import type { Clock } from "../../platform/clock.ts";
import { hasCode } from "../../platform/errors.ts";
import { logTo } from "../../platform/log.ts";
import type { Log, LogSink } from "../../platform/log.ts";
import { PARTITIONS } from "../../platform/partitions.ts";
import type { StoredRow } from "../../platform/tables.ts";
import { isForPurge } from "../store/due-store.ts";
import type { DueStore } from "../store/due-store.ts";
import { wakeUp } from "./wake-up.ts";
import type { WakeUpDeps, WokenUp } from "./wake-up.ts";

export interface SuperviseDeps extends WakeUpDeps {
  readonly due: DueStore;
  readonly clock: Clock;
}

/** How many wake-up rows came to which end; `skipped` could not be seen to, `later` are left to the next sweeps. */
export type Swept = Readonly<Record<WokenUp | "skipped" | "later", number>>;

/** Rows read at a time from one partition: a few tens of kilobytes. */
const PAGE_ROWS = 100;
/** After this long the rest is left to the next sweep, which may be another host's, and finds the oldest first again. */
const SWEEP_MS = 20_000;
/**
 * Records that one sweep lets go in one partition, 1,150,000 a day in all: when many go on one day, or a host was off
 * for a week, the jobs that are to end still have the sweep to themselves. They come first.
 */
const PURGES = 25;

/**
 * Looks for jobs that nobody sees to: those whose wake-up row's time has come, the oldest first, in all partitions.
 * Whatever it does is a conditional write or one message more, so that two supervisors do no harm, nor one that dies
 * at any moment: what it has not finished, the next sweep finds again. A row that cannot be seen to is logged and
 * passed by. This is what makes a 202 a promise: messages, workers and hosts may all be lost.
 */
export async function superviseJobs(deps: SuperviseDeps, sink: LogSink): Promise<Swept> {
  const log = logTo(sink);
  const until = deps.clock.now();
  const startedAt = performance.now();
  const counts = { ...NOTHING };
  await Promise.all(
    PARTITIONS.map(async (partition) => {
      const purges: StoredRow[] = [];
      for await (const stored of dueRows(deps.due, { partition, until, startedAt, log })) {
        if (stored === undefined) counts.skipped++;
        else if (!isForPurge(stored.row)) counts[await seeTo(deps, stored, log)]++;
        else if (purges.length < PURGES) purges.push(stored);
        else counts.later++;
      }
      // Last, though they were due first: letting one go takes several calls, and blobs can be slow.
      for (const stored of purges) counts[isOver(startedAt) ? "later" : await seeTo(deps, stored, log)]++;
    }),
  );
  if (Object.values(counts).some((count) => count > 0)) log.info("sweep done", counts);
  return counts;
}

/** What a sweep counts that finds nothing to do. */
export const NOTHING: Swept = {
  ...{ notYet: 0, stray: 0, resend: 0, redrive: 0, giveUp: 0, expire: 0, clean: 0, forget: 0, ring: 0 },
  ...{ seen: 0, lost: 0, skipped: 0, later: 0 },
};

interface Sweep {
  readonly partition: string;
  readonly until: Date;
  readonly startedAt: number;
  readonly log: Log;
}

/** The due rows of one partition, page by page; nothing in place of a page that cannot be read, and then no more. */
async function* dueRows(
  due: DueStore,
  { partition, until, startedAt, log }: Sweep,
): AsyncGenerator<StoredRow | undefined> {
  let behind: StoredRow | undefined;
  do {
    let page: StoredRow[];
    try {
      page = await due.list({ partition, until, behind: behind?.row, limit: PAGE_ROWS });
    } catch (thrown) {
      log.error("partition skipped", { partition }, thrown);
      yield undefined;
      return;
    }
    for (const row of page) {
      if (isOver(startedAt)) return;
      yield row;
    }
    behind = page.length < PAGE_ROWS ? undefined : page.at(-1);
  } while (behind);
}

function isOver(startedAt: number): boolean {
  return performance.now() - startedAt > SWEEP_MS;
}

async function seeTo(deps: SuperviseDeps, stored: StoredRow, log: Log): Promise<WokenUp | "skipped"> {
  try {
    return await wakeUp(deps, stored, log);
  } catch (thrown) {
    // Somebody else saw to the job in this moment: a worker, or another supervisor.
    if (hasCode(thrown, "VERSION_CONFLICT")) return "lost";
    log.error("wake-up skipped", { row: stored.row.rowKey }, thrown);
    return "skipped";
  }
}
