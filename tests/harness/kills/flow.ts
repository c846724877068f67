import type { Order } from "./acts.ts";
import type { Stage } from "./stage.ts";
import type { Outcome } from "./victim.ts";

/** Something that a process does: where it begins, what is done, and what must be so whatever happens to the process. */
export interface Flow {
  /** It makes at least so many calls; fewer would show that not everything was tried. */
  readonly leastCalls: number;
  /** Brings the stage to where the process begins. */
  begin(stage: Stage): Promise<Scene>;
}

export interface Scene {
  readonly order: Order;
  /** How far the clock of the process is ahead. */
  readonly aheadMs?: number;
  /** What others do while the process is stopped, before time passes. */
  readonly meanwhile?: () => Promise<void>;
  /** What happens before time passes: a client that got no answer, for one. */
  readonly goOn?: (outcome: Outcome | undefined) => Promise<void>;
  /** What must hold when time has passed, apart from what always must. There is no outcome when the process was killed. */
  readonly check?: (outcome: Outcome | undefined) => Promise<void> | void;
  /** What always must hold, where it is not about single jobs. */
  readonly judge?: () => Promise<void>;
}
