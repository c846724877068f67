import type { OrchestrationContext } from "durable-functions";
import { RUN_LANE } from "../plan.ts";
import type { LaneInput, Lead, PlannedMap } from "../plan.ts";
import { callStep } from "./call-step.ts";
import type { Orchestrated } from "./call-step.ts";

/**
 * Opens a map, has its parts worked on in lanes, and closes it. Lanes, and no window of activities over which `Task.any`
 * goes: the SDK schedules again whatever stands in a second `Task.any` (azure-functions-durable-js, issue 574).
 */
export function* leadMap(
  context: OrchestrationContext,
  lead: Lead,
  { name: step, maxParallel }: PlannedMap,
): Orchestrated<"done" | "stop"> {
  const opened = yield* callStep(context, { lead, step, do: "open-map" });
  if (opened.outcome !== "open") return opened.outcome === "stop" ? "stop" : "done";
  const { parts } = opened;
  const lanes = Math.min(parts, maxParallel);
  if (lanes > 0) {
    const inputs = Array.from({ length: lanes }, (_, next): LaneInput => ({
      version: 1,
      lead,
      step,
      next,
      parts,
      lanes,
    }));
    const ends = (yield context.df.Task.all(
      inputs.map((input) => context.df.callSubOrchestrator(RUN_LANE, input)),
    )) as readonly string[];
    if (ends.includes("stopped")) return "stop";
  }
  const closed = yield* callStep(context, { lead, step, do: "close-map" });
  return closed.outcome === "stop" ? "stop" : "done";
}
