import { MillraceError } from "../platform/errors.ts";
import type { StepContext } from "./step-context.ts";

/** What of a step's context ends with the step. */
type Watched = Pick<StepContext<unknown, unknown>, "abortSignal" | "progress">;

interface Timed {
  readonly name: string;
  readonly timeoutMs: number;
}

/**
 * Does the work of one step, and leaves it as soon as its time is over or the job must stop, even if the step's own code
 * does not listen. What the step reports after that is not heard.
 *
 * @param watched the job's own signal, and who hears of the step's progress
 * @throws what the work throws; MillraceError STEP_TIMEOUT; the job's signal's reason
 */
export async function runWithin<Output>(
  step: Timed,
  watched: Watched,
  work: (watched: Watched) => Promise<Output>,
): Promise<Output> {
  watched.abortSignal.throwIfAborted();
  const deadline = startDeadline(step, watched.abortSignal);
  let isSettled = false;
  const progress: Watched["progress"] = (fraction, message) => {
    if (!isSettled) watched.progress(fraction, message);
  };
  try {
    return await Promise.race([work({ abortSignal: deadline.signal, progress }), deadline.passed]);
  } catch (thrown) {
    deadline.stop(thrown); // What of the step is still at work, such as other model calls, works for nobody.
    throw thrown;
  } finally {
    isSettled = true;
    deadline.clear();
  }
}

interface Deadline {
  /** Fires when the step's time is over, or with the job's own signal. */
  readonly signal: AbortSignal;
  /** Never resolves; rejects with the signal's reason when it fires. */
  readonly passed: Promise<never>;
  /** Fires the signal now, with this reason. */
  readonly stop: (reason: unknown) => void;
  readonly clear: () => void;
}

/** Not `AbortSignal.any()`: Node keeps such a signal, and all that waits for it, for as long as anybody listens to it. */
function startDeadline(step: Timed, jobSignal: AbortSignal): Deadline {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => {
    const text = `Step "${step.name}" took longer than ${step.timeoutMs / 1000} s`;
    controller.abort(new MillraceError("STEP_TIMEOUT", text, { details: { step: step.name } }));
  }, step.timeoutMs);
  const onAbort = () => {
    controller.abort(jobSignal.reason);
  };
  jobSignal.addEventListener("abort", onAbort);
  const passed = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
  passed.catch(() => undefined); // A step that throws before there is a race leaves nobody to hear of it.
  return {
    signal,
    passed,
    stop(reason) {
      controller.abort(reason);
    },
    clear() {
      clearTimeout(timer);
      jobSignal.removeEventListener("abort", onAbort);
    },
  };
}
