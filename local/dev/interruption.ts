/** How a person ends what runs in a terminal. */
export interface Interruption {
  /** Aborts at the first Ctrl-C, SIGTERM or closed terminal. */
  readonly signal: AbortSignal;
  /** Settles at the same moment. */
  readonly happened: Promise<"interrupted">;
}

/**
 * Listens for the wish to end. Repeated signals change nothing: a terminal and npm may both deliver the same Ctrl-C, and
 * stopping takes a few seconds at most anyway.
 */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  const happened = new Promise<"interrupted">((resolve) => {
    const interrupt = () => {
      controller.abort(new InterruptedError());
      resolve("interrupted");
    };
    process.on("SIGINT", interrupt).on("SIGTERM", interrupt).on("SIGHUP", interrupt);
  });
  return { signal: controller.signal, happened };
}

/** Why a start was given up: because somebody wished so. Nothing to report. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}
