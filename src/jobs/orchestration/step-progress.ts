import { furthest } from "../../steps/fraction.ts";
import type { Step } from "../../steps/step.ts";
import type { Progress, StepRecord } from "../life/job.ts";
import { progressOf } from "../work/run-record.ts";

export interface StepProgress {
  readonly steps: readonly Step[];
  readonly records: readonly StepRecord[];
  /** The step at hand, and how far it is, 0 to 1. */
  readonly name: string;
  readonly fraction: number;
  readonly message?: string | undefined;
}

/** How far a job is by what is recorded of its steps, and by what the step at hand says of itself. */
export function progressAt({ steps, records, name, fraction, message }: StepProgress): Progress {
  const finished = new Set(records.filter(({ status }) => status === "completed").map((record) => record.name));
  const shares = steps.map((step) => {
    if (finished.has(step.name)) return step.weight;
    return step.name === name ? step.weight * furthest(0, fraction) : 0;
  });
  const total = sum(steps.map(({ weight }) => weight));
  return progressOf({ fraction: sum(shares) / total, step: name, ...(message && { message }) });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
