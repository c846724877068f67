/**
 * The states of an item. A cell says where an event leads; an absent cell is illegal.
 *
 * - `blocked`: something that it depends on has not ended. It has no job.
 * - `released`: it has a job, or is about to have one: the job's row says how far it is.
 * - `completed`, `failed`, `cancelled`: how its job ended. `failed` without a job: its payload did not fit.
 * - `skipped`: what it depends on ended otherwise than well, and the batch's policy says that it is not to run then.
 *
 * All that leads out of an end is a new operation of the job, which somebody asks for: of the batch (`rerun`), or of the
 * job itself, whose later end the item then takes over (`followed`).
 */
export const ITEM_TRANSITIONS = {
  blocked: { released: "released", skipped: "skipped", cancelled: "cancelled" },
  released: { completed: "completed", failed: "failed", cancelled: "cancelled" },
  completed: { rerun: "released", completed: "completed", failed: "failed", cancelled: "cancelled" },
  failed: { rerun: "released", completed: "completed", failed: "failed", cancelled: "cancelled" },
  cancelled: { rerun: "released", completed: "completed", failed: "failed", cancelled: "cancelled" },
  skipped: { rerun: "released" },
} as const satisfies Record<string, Partial<Record<string, string>>>;

export type ItemState = keyof typeof ITEM_TRANSITIONS;
export const ITEM_STATES = Object.keys(ITEM_TRANSITIONS) as [ItemState, ...ItemState[]];

/** States in which an item waits for nothing any more. */
export type EndState = Exclude<ItemState, "blocked" | "released">;

export function hasEnded(state: ItemState): state is EndState {
  return state !== "blocked" && state !== "released";
}
