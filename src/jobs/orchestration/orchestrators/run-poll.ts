import type { OrchestrationContext } from "durable-functions";
import type { PollInput } from "../plan.ts";
import { callStep } from "./call-step.ts";
import type { Orchestrated } from "./call-step.ts";
import { timeAfter } from "./time-after.ts";

/** Looks of one history: with each look the orchestrator is gone through again from the beginning. */
const LOOKS_OF_HISTORY = 50;

/** Looks again and again, as late each time as the activity says, until there is nothing more to look for. */
export function* runPoll(context: OrchestrationContext): Orchestrated<"ended" | "stopped" | "waits" | "continued"> {
  const { call, afterMs, ...input } = context.df.getInput<PollInput>();
  let waitMs = afterMs;
  for (let looks = 0; looks < LOOKS_OF_HISTORY; looks++) {
    yield context.df.createTimer(timeAfter(context, waitMs));
    const answer = yield* callStep(context, call);
    if (answer.outcome === "wait") return "waits"; // For something that only the instance of the job hears.
    if (answer.outcome !== "look") return answer.outcome === "stop" ? "stopped" : "ended";
    waitMs = answer.afterMs;
  }
  context.df.continueAsNew({ ...input, call, afterMs: waitMs } satisfies PollInput);
  return "continued";
}
