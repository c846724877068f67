import type { Job } from "../jobs/life/job.ts";
import { daysAfter } from "../platform/clock.ts";
import type { Clock } from "../platform/clock.ts";
import { deadLetterIdAt, newId } from "../platform/ids.ts";
import type { BulkReplayStore } from "./bulk-replay-store.ts";
import type { BulkReplay } from "./bulk-replay.ts";

export interface StartBulkReplayDeps {
  readonly bulkReplays: BulkReplayStore;
  readonly clock: Clock;
  readonly retention: Job["retention"];
}

type Settings = "filter" | "limit" | "ratePerSecond" | "canary" | "stopAtFailureRate" | "reason" | "traceparent";

export interface BulkReplayCommand extends Pick<BulkReplay, Settings | "submittedBy"> {
  /** Now, if that is earlier. */
  readonly failedBefore?: Date | undefined;
}

/**
 * Begins a replay of many dead letters: writes down what is to be replayed, and leaves it to the timer function, so
 * that it outlives this process. Two at once do no harm, since each letter is replayed once.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function startBulkReplay(
  deps: StartBulkReplayDeps,
  { failedBefore, ...settings }: BulkReplayCommand,
): Promise<BulkReplay> {
  const now = deps.clock.now();
  const before = failedBefore && failedBefore < now ? failedBefore : now;
  const { replay } = await deps.bulkReplays.create({
    replayId: newId("replay", now),
    status: "running",
    ...settings,
    failedBefore: before,
    cursor: deadLetterIdAt(before),
    isExhausted: false,
    replayed: 0,
    skipped: 0,
    ended: 0,
    failedAgain: 0,
    underWay: [],
    createdAt: now,
    expiresAt: daysAfter(now, deps.retention.failedDays),
  });
  return replay;
}
