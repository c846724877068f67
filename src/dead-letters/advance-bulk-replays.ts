import { hasCode } from "../platform/errors.ts";
import { newToken } from "../platform/ids.ts";
import { logTo } from "../platform/log.ts";
import type { Log, LogSink } from "../platform/log.ts";
import type { Shutdown } from "../platform/shutdown.ts";
import type { BulkReplayStore, ListedBulkReplay, StoredBulkReplay } from "./bulk-replay-store.ts";
import { endedBulkReplay, nextStep } from "./bulk-replay.ts";
import type { BulkReplay } from "./bulk-replay.ts";
import { lookAtOperations } from "./look-at-operations.ts";
import { lettersLeft, replayLetters } from "./replay-letters.ts";
import type { LettersLeft, ReplayLettersDeps } from "./replay-letters.ts";

export interface AdvanceDeps extends ReplayLettersDeps {
  readonly bulkReplays: BulkReplayStore;
  readonly shutdown: Shutdown;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** The rate is one of letters a second, and so is a round. */
const ROUND_MS = 1000;
/** After this long the timer's next call goes on, which may be another host's. */
const TURN_MS = 20_000;
/** For so long nobody else carries a replay on, from its last sign of life. */
const HOLD_MS = 60_000;

/**
 * Carries on the replays of many that are running, for some seconds each; a timer calls it again and again. One process
 * is at a replay at a time, so that the rate holds; should two be, or one die at any moment, no harm is done, since
 * each letter is replayed in a transaction of its own, and what a row has missed is found again.
 */
export async function advanceBulkReplays(deps: AdvanceDeps, sink: LogSink): Promise<void> {
  const log = logTo(sink);
  const due = await deps.bulkReplays.listDue(deps.clock.now());
  await Promise.all(due.map(async (listed) => seeTo(deps, listed, log)));
}

async function seeTo(deps: AdvanceDeps, listed: ListedBulkReplay, log: Log): Promise<void> {
  try {
    if ("unreadable" in listed) throw listed.unreadable;
    const { stored } = listed;
    if (stored.replay.status === "running") await takeTurn(deps, stored, log);
    else await deps.bulkReplays.delete(stored);
  } catch (thrown) {
    // Somebody else is at it: another host, which carries it on.
    if (hasCode(thrown, "VERSION_CONFLICT")) return;
    log.error("replay of many put off", { replay_id: listed.replayId }, thrown);
  }
}

async function takeTurn(deps: AdvanceDeps, stored: StoredBulkReplay, log: Log): Promise<void> {
  const { heldUntil } = stored.replay;
  const startedAt = deps.clock.now();
  if (heldUntil && heldUntil > startedAt) return;
  const until = startedAt.getTime() + TURN_MS;
  const letters = lettersLeft(deps, stored.replay);
  let held = await hold(deps, { ...stored.replay, heldBy: newToken() }, stored.etag);
  for (;;) {
    const beganAt = deps.clock.now().getTime();
    const replay = await doRound(deps, { replay: held.replay, letters, log });
    const isLast = replay.status !== "running" || beganAt >= until || deps.shutdown.begun.aborted;
    held = await (isLast ? letGo : hold)(deps, replay, held.etag);
    if (isLast || held.replay.status !== "running") break;
    await deps.pause(Math.max(0, beganAt + ROUND_MS - deps.clock.now().getTime()));
  }
  const { replayId, status, replayed, skipped, ended, failedAgain } = held.replay;
  const facts = { replay_id: replayId, status, replayed, skipped, ended, failed_again: failedAgain };
  log.info("replay of many carried on", facts);
}

interface Round {
  readonly replay: BulkReplay;
  readonly letters: LettersLeft;
  readonly log: Log;
}

async function doRound(deps: AdvanceDeps, { replay, letters, log }: Round): Promise<BulkReplay> {
  const looked = await lookAtOperations(deps, replay);
  const step = nextStep(looked);
  switch (step.do) {
    case "replay":
      return replayLetters(deps, looked, { letters, count: step.letters, log });
    case "end":
      return endedBulkReplay(looked, { ...step, at: deps.clock.now() });
    case "wait":
      return looked;
  }
}

async function hold(deps: AdvanceDeps, replay: BulkReplay, etag: string): Promise<StoredBulkReplay> {
  return save(deps, { ...replay, heldUntil: new Date(deps.clock.now().getTime() + HOLD_MS) }, etag);
}

async function letGo(deps: AdvanceDeps, replay: BulkReplay, etag: string): Promise<StoredBulkReplay> {
  return save(deps, { ...replay, heldUntil: undefined }, etag);
}

/** An operator's stop stands, and what was done in the second before it is counted. */
async function save({ bulkReplays }: AdvanceDeps, replay: BulkReplay, etag: string): Promise<StoredBulkReplay> {
  try {
    return await bulkReplays.save(replay, etag);
  } catch (thrown) {
    if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
    const current = await bulkReplays.require(replay.replayId);
    const { heldBy, status, endedAt, stoppedBecause } = current.replay;
    if (heldBy !== replay.heldBy || status === "running") throw thrown;
    return bulkReplays.save({ ...replay, status, endedAt, stoppedBecause, heldUntil: undefined }, current.etag);
  }
}
