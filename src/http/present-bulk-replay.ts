import type { BulkReplayView } from "../contract/bulk-replay-view.ts";
import type { BulkReplay } from "../dead-letters/bulk-replay.ts";

function bulkReplayUrl(origin: string, replayId: string): string {
  return `${origin}/api/ops/dead-letters/replays/${replayId}`;
}

export function presentBulkReplay(replay: BulkReplay, origin: string): BulkReplayView {
  const { filter } = replay;
  const self = bulkReplayUrl(origin, replay.replayId);
  return {
    replay_id: replay.replayId,
    status: replay.status,
    stopped_because: replay.stoppedBecause,
    filter: {
      workspace_id: filter.workspaceId,
      job_type: filter.jobType,
      code: filter.code,
      kind: filter.kind,
      fingerprint: filter.fingerprint,
      failed_before: replay.failedBefore.toISOString(),
      max_replays: filter.fewerReplaysThan - 1,
    },
    limit: replay.limit,
    rate_per_second: replay.ratePerSecond,
    canary: replay.canary,
    stop_at_failure_rate: replay.stopAtFailureRate,
    reason: replay.reason,
    replayed: replay.replayed,
    skipped: replay.skipped,
    under_way: replay.underWay.length,
    ended: replay.ended,
    failed_again: replay.failedAgain,
    created_at: replay.createdAt.toISOString(),
    ended_at: replay.endedAt?.toISOString(),
    expires_at: replay.expiresAt.toISOString(),
    links: { self, stop: `${self}/stop` },
  };
}
