import type { Host } from "../host.ts";

/** What a host tells the process that forked it. */
type HostMessage =
  | { readonly type: "listening"; readonly url: string; readonly functions: readonly string[] }
  | { readonly type: "failed"; readonly reason: string };

/** Says that the host serves: its address, and the names of the functions that are neither disabled nor in error. */
export function reportListening({ url, functions }: Host): void {
  const served = functions.filter(({ error, isDisabled }) => error === undefined && !isDisabled);
  send({ type: "listening", url, functions: served.map(({ name }) => name) });
}

/** Passes on what the host behind `--watch` has said. */
export function reportForwarded(message: object): void {
  send(message);
}

/** Says why the host could not start, and waits until that has been handed over. */
export async function reportFailed(reason: string): Promise<void> {
  await new Promise<void>((resolve) => {
    send({ type: "failed", reason }, resolve);
  });
}

/** Calls `stop` when the parent asks for it, or is gone. */
export function followParent(stop: () => void): void {
  if (!process.send) return;
  process.on("disconnect", stop);
  if (!process.connected) stop(); // it was gone before we listened
  process.on("message", (message: unknown) => {
    if ((message as { type?: unknown } | null)?.type === "shutdown") stop();
  });
}

function send(message: HostMessage | object, done: () => void = () => undefined): void {
  try {
    // Given a callback, a channel that breaks meanwhile is reported to it and not thrown at the process.
    if (process.send && process.connected) process.send(message, undefined, undefined, done);
    else done();
  } catch {
    done(); // the parent is gone, which followParent() hears too
  }
}
