import type { OrchestrationContext } from "durable-functions";
import type { JobInput, Lead, PlannedStep } from "../plan.ts";
import { callStep } from "./call-step.ts";
import type { Orchestrated } from "./call-step.ts";
import { leadMap } from "./lead-map.ts";
import { leadWait } from "./lead-wait.ts";

/**
 * Leads a job from step to step, as its plan says. It decides nothing and keeps nothing: what a step has come to stands
 * in the job's row, and the activity that has brought the last step to its end ends the job.
 */
export function* runJob(context: OrchestrationContext): Orchestrated<"ended" | "stopped" | "continued"> {
  const { lead, plan, ...input } = context.df.getInput<JobInput>();
  for (const [place, step] of plan.entries()) {
    const end = yield* leadStep(context, lead, step);
    if (end === "stop") return "stopped";
    if (end === "done") continue;
    context.df.continueAsNew({ ...input, lead, plan: plan.slice(place) } satisfies JobInput);
    return "continued";
  }
  return "ended";
}

function* leadStep(
  context: OrchestrationContext,
  lead: Lead,
  step: PlannedStep,
): Orchestrated<"done" | "stop" | "waits on"> {
  switch (step.kind) {
    case "task":
      return (yield* callStep(context, { lead, step: step.name, do: "task" })).outcome === "stop" ? "stop" : "done";
    case "map":
      return yield* leadMap(context, lead, step);
    case "approval":
    case "poll":
    case "call":
      return yield* leadWait(context, { lead, step: step.name, do: step.kind });
  }
}
