import type { Changes } from "./state/changes.ts";
import { isEnded } from "./state/instance.ts";
import type { Known } from "./state/instance.ts";

/** Those who wait for the end of instances. */
export interface EndWatch {
  /** Resolves when the instance has ended or is gone, or the time is over. At once when it is not running. */
  wait(known: Known | undefined, timeoutMs: number): Promise<void>;
  follow(changes: Changes): void;
  /** Lets all go that wait. */
  stop(): void;
  readonly size: number;
}

/** The longest delay that setTimeout() takes; beyond it would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export function createEndWatch(): EndWatch {
  const waiting = new Map<string, Set<() => void>>();

  function wait(id: string, timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const those = waiting.get(id) ?? new Set();
      waiting.set(id, those);
      const go = () => {
        clearTimeout(timer);
        those.delete(go);
        if (those.size === 0 && waiting.get(id) === those) waiting.delete(id);
        resolve();
      };
      const timer = setTimeout(go, Math.min(Math.max(0, timeoutMs), LONGEST_DELAY_MS));
      those.add(go);
    });
  }

  function release(id: string): void {
    for (const go of waiting.get(id) ?? []) go();
  }

  return {
    async wait(known, timeoutMs) {
      if (known?.kind === "orchestration" && !isEnded(known.status)) await wait(known.id, timeoutMs);
    },
    follow({ ended, removed }) {
      for (const id of [...ended, ...removed]) release(id);
    },
    stop() {
      for (const id of [...waiting.keys()]) release(id);
    },
    get size() {
      return waiting.size;
    },
  };
}
