import { isShutdown, type Listening } from "./messages.ts";

/** A service that runs in a child process. */
export interface ChildService {
  /** What the parent is told, next to the word that the service listens. */
  readonly ready: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

/**
 * The child's side of `startChild()`: starts the service, tells the parent, and ends the process with it: on SIGTERM,
 * on SIGINT, on a shutdown message, and when the IPC channel closes, which is how a killed parent is noticed.
 * Exits 0 after a clean stop, 1 when the service cannot start or stop.
 */
export async function serveParent(start: () => Promise<ChildService>): Promise<void> {
  ignoreClosedOutput();
  const starting = start();
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    starting.then(async (service) => service.stop()).then(() => process.exit(0), fail);
  };
  process.on("SIGTERM", stop).on("SIGINT", stop).on("disconnect", stop);
  if (hasLostParent()) stop();
  process.on("message", (message) => {
    if (isShutdown(message)) stop();
  });
  try {
    const { ready } = await starting;
    process.send?.({ ...ready, type: "listening" } satisfies Listening);
  } catch (error) {
    fail(error);
  }
}

/** A parent may be killed while its child is still being loaded: then "disconnect" has come before anybody listened. */
export function hasLostParent(): boolean {
  return process.send !== undefined && !process.connected;
}

/** With a killed parent nobody reads our output any more; that must not keep us from a clean stop. */
function ignoreClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}

function fail(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  if (!process.connected || !process.send) {
    process.stderr.write(`${reason}\n`);
    process.exit(1);
  }
  process.send({ type: "failed", reason }, () => process.exit(1));
}
