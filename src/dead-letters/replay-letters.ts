import type { ListedDeadLetter } from "../jobs/store/dead-letter-store.ts";
import { MillraceError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { BulkReplay } from "./bulk-replay.ts";
import { replayDeadLetter } from "./replay-dead-letter.ts";
import type { ReplayDeps } from "./replay-dead-letter.ts";

export type ReplayLettersDeps = ReplayDeps;

export type LettersLeft = AsyncGenerator<ListedDeadLetter, void>;

const PAGE_LETTERS = 100;

/**
 * The letters of jobs that a replay of many has not seen to, page by page. Those that it has replayed are among them:
 * a process that died has replayed some that its row does not count yet.
 */
export async function* lettersLeft({ deadLetters }: ReplayLettersDeps, replay: BulkReplay): LettersLeft {
  const { replayId, filter } = replay;
  const among = { ...filter, origin: "job", status: "open", orReplayId: replayId } as const;
  let behind: string | undefined = replay.cursor;
  while (behind !== undefined) {
    const page: ListedDeadLetter[] = await deadLetters.list({ ...among, behind }, PAGE_LETTERS);
    yield* page;
    behind = page.length < PAGE_LETTERS ? undefined : page.at(-1)?.deadLetterId;
  }
}

interface ToReplay {
  readonly letters: LettersLeft;
  readonly count: number;
  readonly log: Log;
}

/**
 * Replays the next letters, and says how far the replay of many is then.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE, and whatever else may pass: the letter is tried again when it has
 */
export async function replayLetters(
  deps: ReplayLettersDeps,
  replay: BulkReplay,
  { letters, count, log }: ToReplay,
): Promise<BulkReplay> {
  let next = replay;
  for (let seen = 0; seen < count; seen++) {
    const { value: listed, done } = await letters.next();
    if (done) return { ...next, isExhausted: true };
    next = { ...(await replayOne(deps, next, { listed, log })), cursor: listed.deadLetterId };
  }
  return next;
}

async function replayOne(
  deps: ReplayLettersDeps,
  replay: BulkReplay,
  { listed, log }: { readonly listed: ListedDeadLetter; readonly log: Log },
): Promise<BulkReplay> {
  const { replayId, reason, traceparent, submittedBy } = replay;
  const { deadLetterId } = listed;
  try {
    if ("unreadable" in listed) throw listed.unreadable;
    const replayed = await replayDeadLetter(deps, { deadLetterId, replayId, reason, traceparent, submittedBy });
    // A person, or another replay of many, was faster.
    if (!("job" in replayed) || replayed.letter.replayId !== replayId) return skipping(replay);
    const { operationId, job } = replayed;
    return {
      ...replay,
      replayed: replay.replayed + 1,
      underWay: [...replay.underWay, { workspaceId: job.workspaceId, operationId }],
    };
  } catch (thrown) {
    if (mayPass(thrown)) throw thrown;
    log.warn("dead letter skipped", { dead_letter_id: deadLetterId, replay_id: replayId }, thrown);
    return skipping(replay);
  }
}

function skipping(replay: BulkReplay): BulkReplay {
  return { ...replay, skipped: replay.skipped + 1 };
}

function mayPass(thrown: unknown): boolean {
  if (!(thrown instanceof MillraceError)) return false;
  return thrown.kind === "transient" || thrown.code === "VERSION_CONFLICT" || thrown.code === "UNDO_PENDING";
}
