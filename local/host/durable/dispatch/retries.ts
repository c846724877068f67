/** Brings back what could not be done, after a pause that grows while it goes on failing. */
export interface Retries {
  /** Returns the pause in milliseconds. */
  retryLater(id: string): number;
  succeeded(id: string): void;
  stop(): void;
  readonly size: number;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

export function createRetries(retry: (id: string) => void): Retries {
  const failing = new Map<string, { pauseMs: number; timer: NodeJS.Timeout }>();
  return {
    retryLater(id) {
      const earlier = failing.get(id);
      clearTimeout(earlier?.timer);
      const pauseMs = earlier ? Math.min(2 * earlier.pauseMs, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
      failing.set(id, { pauseMs, timer: setTimeout(retry, pauseMs, id) });
      return pauseMs;
    },
    succeeded(id) {
      clearTimeout(failing.get(id)?.timer);
      failing.delete(id);
    },
    stop() {
      for (const { timer } of failing.values()) clearTimeout(timer);
      failing.clear();
    },
    get size() {
      return failing.size;
    },
  };
}
