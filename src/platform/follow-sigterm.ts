import type { Shutdown } from "./shutdown.ts";

/**
 * Begins the end at the first SIGTERM. A host says so by its appTerminate hook, but only when it has waited for what
 * runs; where the signal reaches this process, there is time left to hand work over in good order.
 */
export function followSigterm(shutdown: Shutdown): void {
  process.once("SIGTERM", () => {
    void shutdown.begin().then(endUnlessHosted);
  });
}

/** Listening has kept the signal from its usual effect. A host in this process ends it; where there is none, it must end. */
function endUnlessHosted(): void {
  if (process.listenerCount("SIGTERM") === 0) process.kill(process.pid, "SIGTERM");
}
