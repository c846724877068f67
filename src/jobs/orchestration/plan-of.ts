import type { Profile } from "../../profiles/define-profile.ts";
import type { Step } from "../../steps/step.ts";
import type { PlannedStep } from "./plan.ts";

/** The steps of a job type, as an orchestration is told of them. */
export function planOf({ steps }: Profile): PlannedStep[] {
  return steps.map(plannedStep);
}

function plannedStep(step: Step): PlannedStep {
  const { name } = step;
  switch (step.kind) {
    case "task":
      return { kind: "task", name };
    case "map":
      return { kind: "map", name, maxParallel: step.maxParallel };
    case "approval":
    case "poll":
    case "call":
      return { kind: step.kind, name };
  }
}
