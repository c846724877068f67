import type { Priority } from "../../contract/submit-request.ts";
import { NOBODY, givenBack, granted, joined, left, nextInTurn } from "./permit-order.ts";
import type { PermitRules, PermitState } from "./permit-order.ts";

/** The right to work on one job, until it is given back. */
interface Permit {
  /** Once: giving it back again does nothing. */
  giveBack(): void;
}

export interface Permits {
  /**
   * A permit as soon as it is one's turn; nothing if the signal fires before that. Whoever waits holds nothing: no lease
   * runs and no attempt is counted.
   */
  take(priority: Priority, signal: AbortSignal): Promise<Permit | undefined>;
}

/**
 * How many jobs this process works on at one time, whatever queues they come from: one for each process. It keeps memory
 * and the model's quota within bounds; nothing is wrong if several processes have one each.
 */
export function createPermits(rules: PermitRules): Permits {
  const waiting: Record<Priority, Waiter[]> = { high: [], normal: [], low: [] };
  let state: PermitState = NOBODY;

  function grant(): void {
    for (let next = nextInTurn(state, rules); next; next = nextInTurn(state, rules)) {
      state = granted(state, next, rules);
      waiting[next].shift()?.(permitOf(next));
    }
  }

  function permitOf(priority: Priority): Permit {
    let isHeld = true;
    return {
      giveBack() {
        if (!isHeld) return;
        isHeld = false;
        state = givenBack(state, priority);
        grant();
      },
    };
  }

  function leave(priority: Priority, waiter: Waiter): void {
    const index = waiting[priority].indexOf(waiter);
    if (index < 0) return; // It has its permit already.
    waiting[priority].splice(index, 1);
    state = left(state, priority);
    waiter(undefined);
  }

  return {
    async take(priority, signal) {
      if (signal.aborted) return undefined;
      return new Promise((resolve) => {
        const onAbort = () => {
          leave(priority, waiter);
        };
        const waiter: Waiter = (permit) => {
          signal.removeEventListener("abort", onAbort);
          resolve(permit);
        };
        signal.addEventListener("abort", onAbort);
        waiting[priority].push(waiter);
        state = joined(state, priority);
        grant();
      });
    },
  };
}

type Waiter = (permit: Permit | undefined) => void;
