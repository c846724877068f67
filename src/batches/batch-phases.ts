import type { BatchStatus } from "../contract/batch-view.ts";

/**
 * The life cycle of a batch. A row is a phase; a cell says where an event leads; an absent cell is illegal.
 *
 * - `loading`: accepted. Its items are being written, from the document that was stored with the request.
 * - `opening`: all items are there. Those that depend on nothing are being released.
 * - `running`: each end of a job releases what waited for it. Nobody looks at the batch as a whole.
 * - `stopping`: the client has cancelled it, or an item failed and the policy is to stop then: what is blocked is being
 *   cancelled, and so are the jobs of what is not.
 * - `draining`: that is done. Some of the cancelled jobs may not have been handed off yet. If nothing was left to cancel, and
 *   what had failed has run again by itself since, all is well after all.
 * - `finishing`: all items have ended, and the job that the request wanted then is at work.
 * - `completed`, `failed`, `cancelled`: it has ended. An item that runs again opens it again, as it does one that runs still; one whose job has begun anew by
 *   itself can turn `failed` into `completed`, or back.
 * - `gone`: its retention is over, and its rows are being removed. Clients are told that there is no such batch.
 */
export const BATCH_TRANSITIONS = {
  loading: { loaded: "opening", cancelRequested: "loading" },
  opening: { opened: "running", cancelRequested: "stopping", stopped: "stopping" },
  running: {
    cancelRequested: "stopping",
    stopped: "stopping",
    finishing: "finishing",
    completed: "completed",
    failed: "failed",
    reopened: "running",
  },
  stopping: { cancelRequested: "stopping", swept: "draining" },
  draining: {
    cancelRequested: "draining",
    finishing: "finishing",
    completed: "completed",
    failed: "failed",
    cancelled: "cancelled",
  },
  finishing: { cancelRequested: "stopping", completed: "completed", failed: "failed" },
  completed: { reopened: "running", failed: "failed", expired: "gone" },
  failed: { reopened: "running", completed: "completed", expired: "gone" },
  cancelled: { reopened: "running", expired: "gone" },
  gone: {},
} as const satisfies Record<string, Partial<Record<BatchEventType, string>>>;

/** What can happen to a batch, in the past tense. */
export type BatchEventType =
  | "loaded"
  | "opened"
  | "cancelRequested"
  /** An item ended otherwise than well, and the policy is to stop then. */
  | "stopped"
  /** Everything that was blocked is cancelled, and so is every job. */
  | "swept"
  | "finishing"
  | "completed"
  | "failed"
  | "cancelled"
  | "reopened"
  | "expired";

export type BatchPhase = keyof typeof BATCH_TRANSITIONS;
export const BATCH_PHASES = Object.keys(BATCH_TRANSITIONS) as [BatchPhase, ...BatchPhase[]];

/** The public word for each phase. */
export const BATCH_STATUS_OF = {
  loading: "accepted",
  opening: "running",
  running: "running",
  stopping: "running",
  draining: "running",
  finishing: "running",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
} as const satisfies Record<Exclude<BatchPhase, "gone">, BatchStatus>;

export function batchPhasesWithStatus(status: BatchStatus): BatchPhase[] {
  return BATCH_PHASES.filter((phase) => phase !== "gone" && BATCH_STATUS_OF[phase] === status);
}

/** Whether a batch can rightly stay in this phase for as long as its jobs take: what follows is for their ends to bring. */
export function mayStand(phase: BatchPhase): boolean {
  return phase === "running" || phase === "finishing";
}

/** Where `event` leads from `phase`, or nothing when it is illegal there. */
export function nextBatchPhase(phase: BatchPhase, event: BatchEventType): BatchPhase | undefined {
  const row: Partial<Record<BatchEventType, BatchPhase>> = BATCH_TRANSITIONS[phase];
  return row[event];
}

export type EndedPhase = "completed" | "failed" | "cancelled";

export function isOver(phase: BatchPhase): phase is EndedPhase {
  return phase === "completed" || phase === "failed" || phase === "cancelled";
}
