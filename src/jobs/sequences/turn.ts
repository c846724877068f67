import type { Job } from "../life/job.ts";
import type { Front, Line } from "./line.ts";

/** What a job with a `sequence_key` is told when it asks whether it may begin. */
export type Turn =
  | { readonly outcome: "now" }
  /** Ask again then, unless somebody rings before. */
  | { readonly outcome: "wait"; readonly until: Date }
  /** Never: nobody took the place before it in time, or its own was passed while nobody had taken it. */
  | { readonly outcome: "never"; readonly reason: string };

export interface TurnFacts {
  readonly line: Line;
  readonly place: number;
  /** The first ticket behind the passed places, and what it says. */
  readonly front: { readonly place: number; readonly says: Front } | undefined;
  readonly now: Date;
}

/** Whether the job at this place may begin: a pure function of its line. */
export function decideTurn({ line, place, front, now }: TurnFacts): Turn {
  if (line.passed >= place || front === undefined || front.place > place)
    return { outcome: "never", reason: "Jobs behind it in its sequence began before it was submitted" };
  if (front.place === place && front.says === "turn") return { outcome: "now" };
  if (front.place === place && front.says === "gap")
    return { outcome: "never", reason: `No job took place ${place - 1} of its sequence in time` };
  return { outcome: "wait", until: new Date(now.getTime() + lookAgainMs(place - line.passed)) };
}

/** Who is next asks this often. Normally the job before it rings when it ends. */
const LOOK_AGAIN_MS = 15_000;
/** Whoever is far behind asks less often, and not less than this. */
const LONGEST_LOOK_MS = 120_000;

function lookAgainMs(distance: number): number {
  return Math.min(LONGEST_LOOK_MS, LOOK_AGAIN_MS * distance);
}

/** What a job may be waiting for because of its sequence, as far as its row tells: nothing, once it has begun. */
export interface AwaitedTurn {
  readonly key: string;
  /** The job of this number must have ended; absent where jobs have no numbers. */
  readonly number?: number;
}

/** Nothing for a job that has no turn to wait for. Whether its turn has come stands in other rows. */
export function awaitedTurn({ phase, sequence, startedAt }: Job): AwaitedTurn | undefined {
  if (phase !== "queued" || !sequence || startedAt || sequence.place === 1) return undefined;
  return { key: sequence.key, ...(sequence.number !== undefined && { number: sequence.number - 1 }) };
}
