import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { Clock } from "../platform/clock.ts";
import type { BulkReplayStore } from "./bulk-replay-store.ts";
import { endedBulkReplay } from "./bulk-replay.ts";
import type { BulkReplay } from "./bulk-replay.ts";

export interface StopBulkReplayDeps {
  readonly bulkReplays: BulkReplayStore;
  readonly clock: Clock;
}

export interface StopBulkReplayCommand {
  readonly replayId: string;
  readonly reason?: string | undefined;
}

/**
 * Stops a replay of many: what it has begun goes on, and no letter more is replayed after the second that it is at. One
 * that has ended stays as it is.
 *
 * @throws MillraceError NOT_FOUND, STORAGE_UNAVAILABLE, VERSION_CONFLICT when others keep writing
 */
export async function stopBulkReplay(
  { bulkReplays, clock }: StopBulkReplayDeps,
  { replayId, reason = "an operator stopped it" }: StopBulkReplayCommand,
): Promise<BulkReplay> {
  return againOnConflict(async () => {
    const { replay, etag } = await bulkReplays.require(replayId);
    if (replay.status !== "running") return replay;
    const stopped = endedBulkReplay(replay, { status: "stopped", because: reason, at: clock.now() });
    return (await bulkReplays.save(stopped, etag)).replay;
  });
}
