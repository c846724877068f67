/** Lets an output binding wake the listener of the same queue in this host, which would otherwise sleep on. */
export interface QueueSignals {
  /** Calls `wake` whenever this host has written to the queue with that URL. Returns the undo. */
  listen(queueUrl: string, wake: () => void): () => void;
  wake(queueUrl: string): void;
}

export function createQueueSignals(): QueueSignals {
  const listeners = new Map<string, Set<() => void>>();
  return {
    listen(queueUrl, wake) {
      const set = listeners.get(queueUrl) ?? new Set();
      listeners.set(queueUrl, set.add(wake));
      return () => void set.delete(wake);
    },
    wake(queueUrl) {
      for (const wake of listeners.get(queueUrl) ?? []) wake();
    },
  };
}
