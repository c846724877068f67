import { anySignal } from "../../platform/any-signal.ts";
import { runWithin } from "../../steps/run-within.ts";
import type { StepContext } from "../../steps/step-context.ts";
import type { StepRun } from "./step-run.ts";

type Watched = Pick<StepContext<unknown, unknown>, "abortSignal" | "progress">;

interface Timed {
  readonly name: string;
  readonly timeoutMs: number;
  /** Who hears of the step's progress; nobody, if absent. */
  readonly progress?: Watched["progress"];
}

/**
 * Does what a step is about, and leaves it as soon as its time is over, the claim is lost or this process must end.
 *
 * @throws what the work throws; MillraceError STEP_TIMEOUT; the reason of the loss or of the shutdown
 */
export async function withinStep<Output>(
  { deps, held }: Pick<StepRun, "deps" | "held">,
  { name, timeoutMs, progress = () => undefined }: Timed,
  work: (watched: Watched) => Promise<Output>,
): Promise<Output> {
  const stop = anySignal(held.lost.signal, deps.shutdown.graceOver);
  try {
    return await runWithin({ name, timeoutMs }, { abortSignal: stop.signal, progress }, work);
  } finally {
    stop.clear();
  }
}
