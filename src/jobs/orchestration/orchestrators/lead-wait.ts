import type { OrchestrationContext, TimerTask } from "durable-functions";
import { RUN_POLL, heardEvent } from "../plan.ts";
import type { PollInput, StepAnswer, StepCall } from "../plan.ts";
import { callStep } from "./call-step.ts";
import type { Orchestrated } from "./call-step.ts";
import { timeAfter } from "./time-after.ts";

/** Turns of one history: with each the orchestrator is gone through again from the beginning. */
const TURNS_OF_HISTORY = 100;

/**
 * Has the activity look until what a step waits for is here. The activity says when to look again; an event only says that
 * it is worth to look at once. That can be lost, late or repeated: what is so stands in the job's row. After many turns
 * the instance is to go on with another history, which begins with a look.
 */
export function* leadWait(context: OrchestrationContext, call: StepCall): Orchestrated<"done" | "stop" | "waits on"> {
  for (let turns = 0; turns < TURNS_OF_HISTORY; turns++) {
    const answer = yield* callStep(context, call);
    if (answer.outcome === "look") {
      const polled = yield* poll(context, call, answer);
      if (polled !== "waits") return polled;
      continue;
    }
    if (answer.outcome !== "wait") return answer.outcome === "stop" ? "stop" : "done";
    // A new task for the event with each turn: what stands in a second `Task.any` would be scheduled again.
    const heard = context.df.waitForExternalEvent(heardEvent(call.step));
    const timer: TimerTask = context.df.createTimer(timeAfter(context, answer.afterMs));
    const first: unknown = yield context.df.Task.any([heard, timer]);
    if (first === heard) timer.cancel(); // An instance does not end before its timers.
  }
  return "waits on";
}

/** Many looks, in a history of their own. */
function* poll(
  context: OrchestrationContext,
  call: StepCall,
  { afterMs }: Extract<StepAnswer, { outcome: "look" }>,
): Orchestrated<"done" | "stop" | "waits"> {
  const input: PollInput = { version: 1, call, afterMs };
  return POLLED[(yield context.df.callSubOrchestrator(RUN_POLL, input)) as keyof typeof POLLED];
}

const POLLED = { ended: "done", stopped: "stop", waits: "waits" } as const;
