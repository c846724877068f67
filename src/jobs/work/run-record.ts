import type { RunState } from "../../steps/run-steps.ts";
import type { Content, Job, StepRecord, Usage } from "../life/job.ts";
import { addUsage } from "../life/usage.ts";
import type { Move } from "./claimed-job.ts";

/** What a run has come to, in the words of the job's row: what earlier attempts left, and what this one adds. */
export interface RunRecord {
  /** The run has moved on. */
  moved(state: RunState): void;
  /** This is what is kept of a finished step. */
  kept(step: string, checkpoint: Content): void;
  /** As it stands. */
  now(): Move;
  /** As it stands for whoever goes on: a step that was left is as if it had not begun. */
  released(): Move;
}

interface RunFacts {
  /** What this run has used of the model so far. */
  readonly usage: () => Usage | undefined;
  /** Whether the profile knows how to take the step back once it has finished. */
  readonly isCompensable: (step: string) => boolean;
}

export function createRunRecord(job: Job, { usage, isCompensable }: RunFacts): RunRecord {
  let { progress } = job;
  let steps: readonly StepRecord[] = job.steps.map(leftBehind);
  const recordBefore = new Map(job.steps.map((record) => [record.name, record]));

  /** A step that this run has not begun stays as it is recorded. */
  function recordOf(step: RunState["steps"][number], current: StepRecord | undefined): StepRecord {
    const attempt = current?.attempt ?? 0;
    if (step.status === "pending") return { name: step.name, status: "pending", attempt };
    if (step.status !== "completed") return { ...step, attempt: job.attempt };
    if (current?.status === "completed") return current;
    return { ...step, attempt, ...(isCompensable(step.name) && { compensable: true }) };
  }

  function release(step: StepRecord): StepRecord {
    if (step.status === "completed") return step;
    return { name: step.name, status: "pending", attempt: recordBefore.get(step.name)?.attempt ?? 0 };
  }

  const total = () => addUsage(job.usage, usage());
  return {
    moved(state) {
      progress = progressOf(state);
      const current = new Map(steps.map((record) => [record.name, record]));
      steps = state.steps.map((step) => recordOf(step, current.get(step.name)));
    },
    kept(name, checkpoint) {
      steps = steps.map((step) => (step.name === name ? { ...step, checkpoint } : step));
    },
    now: () => ({ progress, steps, usage: total() }),
    released: () => ({ progress, steps: steps.map(release), usage: total() }),
  };
}

/** The worker of the attempt before may have died in the middle of a step. */
function leftBehind(step: StepRecord): StepRecord {
  return step.status === "running" ? { ...step, status: "failed" } : step;
}

/** More would not be read in passing, and a row that does not fit its table could not renew the lease. */
const MAX_MESSAGE_CHARACTERS = 200;

export function progressOf({ fraction, step, message }: Omit<RunState, "steps">): Job["progress"] {
  return {
    fraction: Math.round(fraction * 1e4) / 1e4, // Four digits are enough for a bar, and keep the row short.
    ...(step && { step }),
    ...(message && { message: message.slice(0, MAX_MESSAGE_CHARACTERS) }),
  };
}
