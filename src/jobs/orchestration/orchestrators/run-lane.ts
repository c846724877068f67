import type { OrchestrationContext } from "durable-functions";
import type { LaneInput } from "../plan.ts";
import { callStep } from "./call-step.ts";
import type { Orchestrated } from "./call-step.ts";

/** Parts of one history: with each part that ends the orchestrator is gone through again from the beginning. */
const PARTS_OF_HISTORY = 50;

/**
 * Works on the parts of a lane, one after the other. A part that is to be tried again holds its lane up, so that a
 * provider that is busy is not asked for the next part instead.
 */
export function* runLane(context: OrchestrationContext): Orchestrated<"ended" | "stopped" | "continued"> {
  const { lead, step, next, parts, lanes, ...input } = context.df.getInput<LaneInput>();
  const end = Math.min(parts, next + PARTS_OF_HISTORY * lanes);
  for (let index = next; index < end; index += lanes)
    if ((yield* callStep(context, { lead, step, do: "part", index })).outcome === "stop") return "stopped";
  const following = next + PARTS_OF_HISTORY * lanes;
  if (following >= parts) return "ended";
  context.df.continueAsNew({ ...input, lead, step, next: following, parts, lanes } satisfies LaneInput);
  return "continued";
}
