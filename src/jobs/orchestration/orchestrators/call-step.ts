import type { OrchestrationContext, Task } from "durable-functions";
import { RUN_STEP } from "../plan.ts";
import type { StepAnswer, StepCall } from "../plan.ts";
import { timeAfter } from "./time-after.ts";

/** A part of an orchestrator: it yields tasks, and is given what they come to. */
export type Orchestrated<Result> = Generator<Task, Result, unknown>;

/** Has the activity do something until it is done, however long that takes. */
export function* callStep(
  context: OrchestrationContext,
  call: StepCall,
): Orchestrated<Exclude<StepAnswer, { outcome: "again" }>> {
  let failures = 0;
  for (;;) {
    let answer: StepAnswer;
    try {
      answer = (yield context.df.callActivity(RUN_STEP, call)) as StepAnswer;
      failures = 0;
    } catch (thrown) {
      failures += 1;
      answer = { outcome: "again", afterMs: patienceAfter(failures, thrown) };
    }
    if (answer.outcome !== "again") return answer;
    if (answer.afterMs > 0) yield context.df.createTimer(timeAfter(context, answer.afterMs));
  }
}

/** By then storage has been away for about twenty minutes: the supervisor sees to the job when it is back. */
const MOST_FAILURES = 25;
const LONGEST_MS = 60_000;

/**
 * An activity answers for every failure of a step. If it throws, it could not even do that: its process died, or storage
 * does not answer.
 *
 * @throws what the activity threw, when it has done so too often in a row
 */
function patienceAfter(failures: number, thrown: unknown): number {
  if (failures > MOST_FAILURES) throw thrown;
  return Math.min(LONGEST_MS, 1000 * 2 ** (failures - 1));
}
