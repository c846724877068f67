import type { Clock } from "../platform/clock.ts";
import { furthest } from "./fraction.ts";
import { requireJsonValue } from "./json-value.ts";
import { runWithin } from "./run-within.ts";
import type { StepServices } from "./step-context.ts";
import type { TaskStep } from "./task.ts";

interface StepState {
  readonly name: string;
  readonly status: "pending" | "running" | "completed" | "failed";
  readonly startedAt?: Date;
  readonly endedAt?: Date;
}

/** How far a run is: a new object each time something moved. */
export interface RunState {
  readonly steps: readonly StepState[];
  /** 0 to 1, over all steps. */
  readonly fraction: number;
  readonly step?: string;
  readonly message?: string;
}

/** A step that an earlier attempt has finished. */
export interface FinishedStep {
  readonly name: string;
  readonly output: unknown;
  readonly startedAt?: Date | undefined;
  readonly endedAt?: Date | undefined;
}

export interface RunStepsOptions {
  readonly jobId: string;
  readonly payload: unknown;
  readonly services: StepServices;
  readonly clock: Clock;
  readonly abortSignal: AbortSignal;
  /** The steps that need not run any more: the first ones, in order. */
  readonly finished: readonly FinishedStep[];
  /** Told of every move. Must not throw and must not wait. */
  readonly onMove: (state: RunState) => void;
  /** Told of every step that ends well but the last, after the move. The next begins when this is done; what it throws ends the run. */
  readonly onFinished: (step: { readonly name: string; readonly output: unknown }) => Promise<void>;
}

/**
 * Runs the steps that are left, one after the other, and returns the last one's output.
 *
 * @throws whatever a step throws; MillraceError STEP_TIMEOUT when a step's time is over, OUTPUT_INVALID when its output
 * cannot be kept; the signal's reason when it fires
 */
export async function runSteps(steps: readonly TaskStep[], options: RunStepsOptions): Promise<unknown> {
  const { finished, clock } = options;
  const outputs: Record<string, unknown> = Object.fromEntries(finished.map(({ name, output }) => [name, output]));
  const totalWeight = weightOf(steps);
  let states: readonly StepState[] = steps.map(({ name }, index) => stateOf(name, finished[index]));
  let weightDone = weightOf(steps.slice(0, finished.length));
  let output: unknown;

  for (const [index, step] of steps.entries()) {
    if (index < finished.length) continue;
    const startedAt = clock.now();
    let fraction = 0;
    const move = (state: Omit<StepState, "name" | "startedAt">, message?: string) => {
      states = states.with(index, { name: step.name, startedAt, ...state });
      const done = (weightDone + fraction * step.weight) / totalWeight;
      options.onMove({ steps: states, fraction: done, step: step.name, ...(message && { message }) });
    };
    const progress = (reported: number, message?: string) => {
      fraction = furthest(fraction, reported);
      move({ status: "running" }, message);
    };
    const isLast = index === steps.length - 1;
    move({ status: "running" });
    try {
      const { jobId, payload, services } = options;
      output = await runWithin(step, { abortSignal: options.abortSignal, progress }, async (watched) =>
        step.run({ jobId, payload, services, outputs: { ...outputs }, ...watched }),
      );
      if (!isLast) requireJsonValue(step.name, output);
    } catch (thrown) {
      move({ status: "failed", endedAt: clock.now() });
      throw thrown;
    }
    outputs[step.name] = output;
    fraction = 1;
    move({ status: "completed", endedAt: clock.now() });
    weightDone += step.weight;
    if (!isLast) await options.onFinished({ name: step.name, output });
  }
  return output;
}

function weightOf(steps: readonly TaskStep[]): number {
  return steps.reduce((sum, { weight }) => sum + weight, 0);
}

function stateOf(name: string, finished: FinishedStep | undefined): StepState {
  if (!finished) return { name, status: "pending" };
  const { startedAt, endedAt } = finished;
  return { name, status: "completed", ...(startedAt && { startedAt }), ...(endedAt && { endedAt }) };
}
