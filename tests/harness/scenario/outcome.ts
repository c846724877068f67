import type { Violation } from "../history/history.ts";
import type { Step } from "../world/world.ts";
import type { Tally } from "./tally.ts";

/** What a run is about. */
export type Family = "jobs" | "batches";

/** What a run came to. */
export interface Outcome {
  readonly family: Family;
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Jobs, or batches, that a client was told of. */
  readonly accepted: number;
  readonly commits: number;
  /** How often each kind of fault came up. */
  readonly faults: Readonly<Record<string, number>>;
  readonly happened: Tally;
  readonly steps: readonly Step[];
}

/** An outcome as it crosses from the process that made it: the schedule is only of interest where something is wrong. */
export interface ToldOutcome extends Omit<Outcome, "steps"> {
  readonly stepCount: number;
  readonly schedule?: string;
}

/** A line of JSON; with the schedule in lines for people after it where that is asked for. */
export function tellOutcome({ steps, ...outcome }: Outcome, withSchedule: boolean): string {
  const wrong = outcome.violations.length > 0;
  const told: ToldOutcome = {
    ...outcome,
    stepCount: steps.length,
    ...(wrong && !withSchedule && { schedule: scheduleOf(steps) }),
  };
  return `${JSON.stringify(told)}\n${withSchedule ? scheduleOf(steps) : ""}`;
}

/** One step to a line: seconds since the beginning, whose it was, what it was. */
function scheduleOf(steps: readonly Step[]): string {
  return steps
    .map(({ at, who, label }) => `${(at / 1000).toFixed(3).padStart(10)} ${who.padEnd(11)} ${label}\n`)
    .join("");
}
