import type { ChildProcess } from "node:child_process";

export interface StopOptions {
  readonly exited: Promise<unknown>;
  readonly timeoutMs: number;
}

/** Asks a detached child to end and waits; after the timeout, kills it and whatever it started. */
export async function stopChild(child: ChildProcess, { exited, timeoutMs }: StopOptions): Promise<void> {
  askToStop(child);
  const timer = setTimeout(() => {
    killGroup(child);
  }, timeoutMs);
  await exited;
  clearTimeout(timer);
}

function askToStop(child: ChildProcess): void {
  // On Windows a SIGTERM ends the process at once, with no chance to save: there the message does what the signal does here.
  if (process.platform === "win32" && child.connected) child.send({ type: "shutdown" });
  else child.kill("SIGTERM");
}

function killGroup(child: ChildProcess): void {
  if (process.platform === "win32" || child.pid === undefined) {
    child.kill("SIGKILL");
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group has ended in this very moment, which is what was wanted.
  }
}
