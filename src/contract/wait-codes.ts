/**
 * Why a job that has not ended does not go on, or what it does instead: each code with what it means. A code is never
 * reused for another meaning. `docs/wait-reasons.md` lists the same codes, and a test holds the two together.
 */
export const WAIT_CODES = {
  SCHEDULED: "The request asked for a later start",
  WAITING_FOR_TURN: "Jobs of its sequence key come before it",
  QUEUED: "It waits for a free worker",
  THROTTLED: "The model provider asked to wait",
  RETRYING: "An attempt failed and another follows",
  WORKING: "A worker is at it",
  WAITING_FOR_APPROVAL: "People are to decide",
  APPROVAL_OVERDUE: "People are to decide, and it takes longer than it should",
  WAITING_FOR_EVENT: "It waits for something that happens elsewhere",
  STALLED: "Its worker gives no sign of life",
} as const;

export type WaitCode = keyof typeof WAIT_CODES;
