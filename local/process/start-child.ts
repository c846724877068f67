import { fork, type ChildProcess } from "node:child_process";
import { captureOutput, type CapturedOutput } from "./captured-output.ts";
import { isFailed, isListening, type Listening } from "./messages.ts";
import { stopChild } from "./stop-child.ts";

export interface ChildOptions<Ready = Listening> {
  /** What people call it, at the start of every message: "Functions host". */
  readonly name: string;
  /** The compiled module to fork. */
  readonly module: URL;
  readonly args?: readonly string[];
  /** The whole environment of the child; the parent's own when left out. */
  readonly env?: NodeJS.ProcessEnv;
  /** "show" passes the child's output on to the terminal; "keep" (default) keeps its last lines for error messages. */
  readonly output?: "show" | "keep";
  /** Reads what the child says when it listens; when it throws, the start has failed. Left out, the message stays as it is. */
  readonly parseReady?: (message: Listening) => Ready;
  readonly readyTimeoutMs?: number;
  /** Between asking it to stop and killing it. */
  readonly stopTimeoutMs?: number;
  /** Gives up the start: the child is stopped and the start rejects with the signal's reason. */
  readonly abortSignal?: AbortSignal;
}

/** How a child ended, and whether `stop()` had asked for it. */
export interface ChildExit {
  readonly name: string;
  readonly expected: boolean;
  /** "exit code 1" or "signal SIGKILL". */
  readonly cause: string;
  /** The last lines it wrote, unless they have been shown. */
  readonly output: string;
}

/** A service in a process of its own, running. */
export interface Child<Ready = unknown> {
  readonly name: string;
  readonly pid: number;
  /** What the child said when it was ready. */
  readonly ready: Ready;
  /** Settles when the process has ended, whoever ended it. Never rejects. */
  readonly exited: Promise<ChildExit>;
  /** Asks the child to end and waits for it; kills its process group after `stopTimeoutMs`. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Forks a service and waits until it says that it listens (`messages.ts`).
 * The child leads a process group of its own, so a Ctrl-C in the terminal reaches only the parent, which then stops its
 * children in the right order. When the parent dies without a word, the closed IPC channel tells the child
 * (`serve-parent.ts`).
 *
 * Rejects with the child's own reason, or with how it ended and its last lines, when it does not become ready.
 */
export async function startChild<Ready = Listening>(options: ChildOptions<Ready>): Promise<Child<Ready>> {
  options.abortSignal?.throwIfAborted();
  const { name, stopTimeoutMs = 10_000 } = options;
  const child = fork(options.module, options.args ?? [], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: options.env ?? process.env,
  });
  const output = captureOutput(child, options.output ?? "keep");
  let stopping: Promise<void> | undefined;
  const exited = watchExit(child).then((cause): ChildExit => ({
    name,
    expected: stopping !== undefined,
    cause,
    output: output.lastLines(),
  }));
  const stop = (): Promise<void> => (stopping ??= stopChild(child, { exited, timeoutMs: stopTimeoutMs }));
  try {
    const message = await waitUntilListening({ child, exited, output, options });
    const ready = options.parseReady ? options.parseReady(message) : (message as Ready); // Listening, where nobody parses
    return { name, pid: child.pid ?? 0, ready, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** "exit" comes before the last output has been read, "close" after; a child that never ran has only "error". */
async function watchExit(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on("error", (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
    child.once("close", (code, signal) => {
      resolve(signal ? `signal ${signal}` : `exit code ${code ?? "unknown"}`);
    });
  });
}

interface Waiting {
  readonly child: ChildProcess;
  readonly exited: Promise<ChildExit>;
  readonly output: CapturedOutput;
  readonly options: Omit<ChildOptions, "parseReady">;
}

async function waitUntilListening({ child, exited, output, options }: Waiting): Promise<Listening> {
  const { name, readyTimeoutMs = 30_000, abortSignal } = options;
  const withOutput = (text: string) =>
    new Error([`Cannot start ${name}: ${text}`, output.lastLines()].join("\n").trim());
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(withOutput(`it was not ready after ${readyTimeoutMs / 1000} s`));
    }, readyTimeoutMs);
    const onAbort = () => {
      reject(abortSignal?.reason instanceof Error ? abortSignal.reason : new Error(`Start of ${name} was given up`));
    };
    abortSignal?.addEventListener("abort", onAbort, { once: true });
    child.on("message", (message) => {
      if (isListening(message)) resolve(message);
      else if (isFailed(message)) reject(new Error(`Cannot start ${name}: ${message.reason}`));
      else return;
      clearTimeout(timer);
      abortSignal?.removeEventListener("abort", onAbort);
    });
    void exited.then(({ cause }) => {
      clearTimeout(timer);
      abortSignal?.removeEventListener("abort", onAbort);
      reject(withOutput(`it ended with ${cause}`));
    });
  });
}
