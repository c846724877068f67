import type { Priority } from "../../contract/submit-request.ts";

/**
 * What an orchestration is told, and what it and its activity say to each other. All of it stands in histories that are
 * replayed by later versions of this code: fields may be added, and never change their meaning. References and numbers
 * only: no payload, no output, nothing that a client sent.
 */
export interface JobInput {
  readonly version: 1;
  readonly lead: Lead;
  /**
   * The steps as the profile had them when the orchestration began: it never looks at the profile. One that goes on with
   * another history has those that are left.
   */
  readonly plan: readonly PlannedStep[];
}

/** Which claim of which operation an orchestration has: whatever it does, it does only while this is the job's own. */
export interface Lead {
  readonly workspaceId: string;
  readonly jobId: string;
  readonly operationId: string;
  readonly claimId: string;
  readonly profileVersion: number;
  readonly priority: Priority;
}

/** As much of a step as the orchestrator must know. */
export type PlannedStep = PlannedTask | PlannedMap | PlannedWait;

interface PlannedTask {
  readonly kind: "task";
  readonly name: string;
}

export interface PlannedMap {
  readonly kind: "map";
  readonly name: string;
  readonly maxParallel: number;
}

/** A step that waits for what no worker can do. */
interface PlannedWait {
  readonly kind: "approval" | "poll" | "call";
  readonly name: string;
}

/** A lane of a map: every so manyth of its parts, one after the other. As many lanes as parts may be at work at one time. */
export interface LaneInput {
  readonly version: 1;
  readonly lead: Lead;
  readonly step: string;
  /** The next part to work on, and how many the map has. */
  readonly next: number;
  readonly parts: number;
  /** How far the lane's parts are from each other: the number of lanes. */
  readonly lanes: number;
}

/** Looks, of which each begins so long after the one before as that has said. */
export interface PollInput {
  readonly version: 1;
  readonly call: StepCall;
  readonly afterMs: number;
}

/** What the activity is to do. */
export interface StepCall {
  readonly lead: Lead;
  readonly step: string;
  readonly do: "task" | "open-map" | "part" | "close-map" | PlannedWait["kind"];
  /** Of a part, from 0. */
  readonly index?: number;
}

/** What came of it. */
export type StepAnswer =
  /** It is in the row: go on. */
  | { readonly outcome: "done" }
  /** The job has ended or is another's: nothing is left to do. */
  | { readonly outcome: "stop" }
  /** The same once more, after this time. */
  | { readonly outcome: "again"; readonly afterMs: number }
  /** The step waits: the same once more when something is heard of it, and after this time at the latest. */
  | { readonly outcome: "wait"; readonly afterMs: number }
  /** The step waits for what says nothing by itself: the same once more after this time, in a history of its own. */
  | { readonly outcome: "look"; readonly afterMs: number }
  /** A map has so many parts. */
  | { readonly outcome: "open"; readonly parts: number };

/** The functions that an app registers for this. A name with a version keeps its meaning for as long as histories live. */
export const RUN_JOB = "run-job-v1";
export const RUN_LANE = "run-lane-v1";
export const RUN_POLL = "run-poll-v1";
export const RUN_STEP = "run-step";

/** The event by which an orchestration hears that it is worth to look what has become of this step. */
export function heardEvent(step: string): string {
  return `heard-${step}`;
}
