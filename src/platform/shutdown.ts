import { setMaxListeners } from "node:events";

/**
 * The end of this process, as its work sees it: first nothing new may begin, then, when the grace is over, what still
 * runs is to be left. One for each process.
 */
export interface Shutdown {
  /** Fires when the process has been told to end. */
  readonly begun: AbortSignal;
  /** Fires when the grace is over, with the same reason as `begun`. */
  readonly graceOver: AbortSignal;
  /** How long whoever is left then has to write down where the work stands, in milliseconds. */
  readonly releaseMs: number;
  /** Waits for this work, too, before it says that the process may end. */
  track<Result>(work: Promise<Result>): Promise<Result>;
  /**
   * Begins the end. Resolves when no tracked work runs any more, and in bounded time whatever happens. A host that has
   * waited already, and says so only now, leaves no grace.
   */
  begin(options?: { readonly graceMs: number }): Promise<void>;
}

export interface ShutdownOptions {
  /** How long steps that run may go on. */
  readonly graceMs: number;
  /** How long the release of what did not end in the grace may take; storage can be slow. */
  readonly releaseMs?: number;
}

/**
 * With the default grace of 2 s it stays within the 4 s of the embedded host, and the 5 s that Azure's host gives a worker
 * (its constant `WorkerTerminateGracePeriodInSeconds`).
 */
const RELEASE_MS = 1500;

export function createShutdown({ graceMs, releaseMs = RELEASE_MS }: ShutdownOptions): Shutdown {
  const begun = new AbortController();
  const graceOver = new AbortController();
  const reason = new Error("This process has been told to end");
  setMaxListeners(0, begun.signal, graceOver.signal); // As many as jobs run here.
  const running = new Set<Promise<unknown>>();
  const leave = () => {
    graceOver.abort(reason);
  };
  return {
    begun: begun.signal,
    graceOver: graceOver.signal,
    releaseMs,
    async track(work) {
      running.add(work);
      try {
        return await work;
      } finally {
        running.delete(work);
      }
    },
    async begin(end = { graceMs }) {
      begun.abort(reason);
      if (end.graceMs === 0) leave();
      const grace = setTimeout(leave, end.graceMs);
      await inTime(Promise.allSettled(running), end.graceMs + releaseMs);
      clearTimeout(grace);
    },
  };
}

async function inTime(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
