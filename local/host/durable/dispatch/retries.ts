/** Brings back what could not be done, after a pause that grows while it goes on failing. */
export interface Retries {
  /** Returns the pause in milliseconds. */
  retryLater(id: string): number;
  /** Whether it is waiting for its next try. */
  isPausing(id: string): boolean;
  forget(id: string): void;
  stop(): void;
  readonly size: number;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

export function createRetries(retry: (id: string) => void): Retries {
  const failing = new Map<string, { readonly pauseMs: number; timer: NodeJS.Timeout | undefined }>();

  function forget(id: string): void {
    clearTimeout(failing.get(id)?.timer);
    failing.delete(id);
  }

  return {
    retryLater(id) {
      const earlier = failing.get(id);
      const pauseMs = earlier ? Math.min(2 * earlier.pauseMs, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
      forget(id);
      const timer = setTimeout(() => {
        failing.set(id, { pauseMs, timer: undefined });
        retry(id);
      }, pauseMs);
      failing.set(id, { pauseMs, timer });
      return pauseMs;
    },
    isPausing: (id) => failing.get(id)?.timer !== undefined,
    forget,
    stop() {
      for (const id of [...failing.keys()]) forget(id);
    },
    get size() {
      return failing.size;
    },
  };
}
