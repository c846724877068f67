import type { History, ModelCall, Violation } from "./history.ts";
import type { Walk } from "./job-walks.ts";
import type { TextOf } from "./payload-texts.ts";

/** A worker learns of a loss with its next heartbeat, a sixth of a lease of 60 s; the rest is for requests on their way. */
const LEARNS_WITHIN_MS = 10_000 + 5_000;

/**
 * What was cancelled is not worked on much longer: within a heartbeat nobody asks the model for it any more. Only
 * workers are judged to whom nothing else happened in that time.
 */
export function checkAborts({ modelCalls, troubles }: History, walks: readonly Walk[], textOf: TextOf): Violation[] {
  const cancelled = walks.flatMap((walk) => cancellationsOf(walk, textOf));
  return cancelled.flatMap(({ jobId, text, at, until }): Violation[] => {
    const isLate = ({ by, text: asked, beganAt, endedAt = Infinity }: ModelCall) =>
      asked === text &&
      beganAt < until &&
      Math.min(endedAt, until) > at + LEARNS_WITHIN_MS &&
      !troubles.some((trouble) => trouble.by === by && trouble.until > at - 2 * LEARNS_WITHIN_MS && trouble.at < until);
    const late = modelCalls.find(isLate);
    if (!late) return [];
    const lateMs = Math.min(late.endedAt ?? Infinity, until) - at;
    return [
      { kind: "work for nothing", text: `${jobId}: ${late.by} asked the model until ${lateMs} ms after the end` },
    ];
  });
}

interface Cancellation {
  readonly jobId: string;
  readonly text: string;
  readonly at: number;
  /** When somebody wanted the same again. */
  readonly until: number;
}

function cancellationsOf({ jobId, moves }: Walk, textOf: TextOf): Cancellation[] {
  return moves.flatMap(({ index, at, before, after }) => {
    const text = after && textOf(after);
    if (after?.phase !== "cancelled" || before?.phase !== "processing" || text === undefined) return [];
    const next = moves.find((later) => later.index > index);
    return [{ jobId, text, at, until: next?.at ?? Infinity }];
  });
}
