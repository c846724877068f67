import type { Shutdown } from "./shutdown.ts";

/** What deployments and terminals send to a process that is to end. */
const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/**
 * Begins the end at the first signal. A host tells of it by its appTerminate hook, but only when it has waited for what
 * runs; where the signal reaches this process, there is time left to hand work over in good order.
 */
export function followSignals(shutdown: Shutdown): void {
  for (const signal of SIGNALS)
    process.once(signal, () => {
      void shutdown.begin().then(() => {
        endUnlessHosted(signal);
      });
    });
}

/** Listening has kept the signal from its usual effect. A host in this process ends it; where there is none, it must end. */
function endUnlessHosted(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
