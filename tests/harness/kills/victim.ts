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
  /** Nothing when it was killed before it could say. Rejects when it ended otherwise. */
  readonly ended: Promise<Outcome | undefined>;
  kill(): void;
  /** It does not run any more, and does not know. */
  stop(): void;
  goOn(): void;
}

export interface Victims {
  begin(task: Task): Victim;
  dispose(): void;
}

/** Starts processes, one ahead of time: most of the life of such a process is the loading of its modules. */
export function createVictims(): Victims {
  let spare = start();
  return {
    begin(task) {
      const child = spare;
      spare = start();
      child.send(task);
      return {
        ended: outcomeOf(child),
        kill: () => child.kill("SIGKILL"),
        stop: () => child.kill("SIGSTOP"),
        goOn: () => child.kill("SIGCONT"),
      };
    },
    dispose() {
      spare.kill("SIGKILL");
    },
  };
}

/** Not with the flags of this process, which are the test runner's. */
function start(): ChildProcess {
  return fork(MAIN, { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

async function outcomeOf(child: ChildProcess): Promise<Outcome | undefined> {
  let outcome: Outcome | undefined;
  child.once("message", (message) => {
    outcome = message as Outcome;
  });
  return new Promise((resolve, reject) => {
    child.once("close", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve(outcome);
      else reject(new Error(`The process ended with ${signal ?? `code ${code ?? "unknown"}`}`));
    });
  });
}
