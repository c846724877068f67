import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Order } from "./acts.ts";

const MAIN = fileURLToPath(new URL("victim-main.js", import.meta.url));

export interface Task {
  readonly order: Order;
  readonly environment: Readonly<Record<string, string>>;
  /** How far the process's clock is ahead. */
  readonly aheadMs: number;
}

/** What came of it, as the process says itself: what its act returned, or the code of what it threw; and what it logged. */
export type Outcome = { readonly lines: readonly string[] } & ({ readonly value: unknown } | { readonly code: string });

/** A process that does one thing. */
export interface Victim {
  /** Nothing when it was killed before it could say. Rejects when it died otherwise. */
  readonly ended: Promise<Outcome | undefined>;
  kill(): void;
  /** From now on it does not run, and does not know. */
  stop(): void;
  goOn(): void;
}

export interface Victims {
  begin(task: Task): Victim;
  dispose(): void;
}

/** Starts processes, one ahead of time: most of the life of such a process is the loading of its modules. Who survives is used again. */
export function createVictims(): Victims {
  const all = new Set<ChildProcess>();
  const idle: ChildProcess[] = [];
  const start = () => {
    const child = fork(MAIN, { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] }); // not with jest's own flags
    all.add(child);
    child.once("close", () => all.delete(child));
    return child;
  };
  return {
    begin(task) {
      const child = idle.pop() ?? start();
      if (idle.length === 0) idle.push(start());
      child.send(task);
      return {
        ended: outcomeOf(child).then((outcome) => {
          if (outcome && !child.killed) idle.push(child);
          return outcome;
        }),
        kill: () => child.kill("SIGKILL"),
        stop: () => process.kill(child.pid ?? 0, "SIGSTOP"),
        goOn: () => process.kill(child.pid ?? 0, "SIGCONT"),
      };
    },
    dispose() {
      for (const child of all) child.kill("SIGKILL");
    },
  };
}

async function outcomeOf(child: ChildProcess): Promise<Outcome | undefined> {
  return new Promise((resolve, reject) => {
    const onClose = (code: number | null, signal: NodeJS.Signals | null) => {
      if (signal === "SIGKILL") resolve(undefined);
      else reject(new Error(`The process ended with ${signal ?? `code ${code ?? "unknown"}`}`));
    };
    child.once("close", onClose);
    child.once("message", (message) => {
      child.off("close", onClose);
      resolve(message as Outcome);
    });
  });
}
