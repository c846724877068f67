import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { messageOf } from "../logging/describe-error.ts";
import { CONNECTION } from "../server/take-connections.ts";

/** A host with the app as its files were when it started. */
export interface AppProcess {
  /** What it said when it was ready, to be passed on. Rejects with the reason when it never is. */
  readonly ready: Promise<object>;
  /** How it ended, in words. Never rejects. */
  readonly ended: Promise<string>;
  /** Hands a connection over. Returns false when the process is gone. */
  readonly take: (socket: Socket) => boolean;
  /** Lets it finish what runs and end; kills it when it does not. */
  stop(): Promise<void>;
}

/** Above what a host needs for its own goodbye. */
const GRACE_MS = 3000;

/** Forks the host's command line. What it prints, also why it cannot start, stands in the terminal. */
export function startAppProcess(args: readonly string[], drainMs: number): AppProcess {
  const child = fork(new URL("../main.js", import.meta.url), args);
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      resolve(signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`);
    });
    child.once("error", (error) => {
      if (child.pid === undefined) resolve(messageOf(error));
    });
  });
  const ready = readiness(child, ended);
  ready.catch(() => undefined); // whoever gave up on it does not ask any more
  return {
    ready,
    ended,
    take: (socket) => send(child, socket),
    stop: () => stop(child, ended, drainMs),
  };
}

function readiness(child: ChildProcess, ended: Promise<string>): Promise<object> {
  return new Promise((resolve, reject) => {
    child.on("message", (message: { type?: unknown; reason?: unknown }) => {
      if (message.type === "listening") resolve(message);
      else if (message.type === "failed") reject(new Error(String(message.reason)));
    });
    void ended.then((how) => {
      reject(new Error(`it ended with ${how}`));
    });
  });
}

function send(child: ChildProcess, socket: Socket): boolean {
  if (!child.connected) return false;
  child.send(CONNECTION, socket, (error) => {
    if (error) socket.destroy(); // it has died in this moment
  });
  return true;
}

async function stop(child: ChildProcess, ended: Promise<string>, drainMs: number): Promise<void> {
  const timer = setTimeout(() => child.kill("SIGKILL"), drainMs + GRACE_MS);
  if (child.connected) child.send({ type: "shutdown" }, () => undefined); // on an error it is gone: see `ended`
  await ended;
  clearTimeout(timer);
}
