import type { ApprovalStep } from "./approval.ts";
import type { CallStep } from "./call.ts";
import type { MapStep } from "./map.ts";
import type { PollStep } from "./poll.ts";
import type { TaskStep } from "./task.ts";

/** A named part of a job's work, as the house sees it: what goes in and comes out is the pipeline's business. */
export type Step = TaskStep | MapStep | ApprovalStep | PollStep | CallStep;

/** How long a step may take, and of a map each part. */
export function limitMs(step: Step): number {
  return step.kind === "poll" || step.kind === "call" ? step.deadlineMs : step.timeoutMs;
}
