import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { samplePeakMemory } from "./peak-memory.ts";

export interface WatchedProcess {
  /** A compiled module of ours. */
  readonly script: URL;
  readonly args: readonly string[];
  /** Written to its standard input. */
  readonly input: Uint8Array;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly abortSignal?: AbortSignal | undefined;
  /** Called with each IPC message. What it throws ends the process and is thrown to the caller. */
  readonly onMessage: (message: unknown) => void;
}

export interface WatchedProcessEnd {
  /** `crash` is every end that was not our doing and not a clean exit. */
  readonly cause: "done" | "memory" | "time" | "crash";
  readonly peakMemoryMb: number;
  /** The last of what it wrote to standard error. */
  readonly complaint: string;
}

/** What can end a process from our side. */
type Stop = { readonly cause: "memory" | "time" } | { readonly thrown: unknown };
type OnStop = (why: Stop) => void;

const COMPLAINT_LENGTH = 2_000;

/**
 * Runs a Node process whose work may need too much, and kills it when it passes a cap, when the caller aborts, or when
 * a message of it is refused. The first cause wins. Returns or throws only after the process is gone.
 *
 * V8's own limits (`--max-old-space-size`, `resourceLimits` of a worker thread) do not count typed arrays, which is
 * where parsers keep what they inflate. So the memory of the whole process is watched, from outside.
 *
 * @throws the reason of `abortSignal`, or what `onMessage` threw.
 */
export async function runWatchedProcess(options: WatchedProcess): Promise<WatchedProcessEnd> {
  options.abortSignal?.throwIfAborted();
  const child = start(options);
  const stops: Stop[] = [];
  let peakMemoryMb = 0;
  const stop: OnStop = (why) => {
    stops.push(why);
    child.kill("SIGKILL");
  };
  child.on("message", (message) => {
    if (stops.length > 0) return; // What was on its way when we stopped is of no use to anybody.
    try {
      options.onMessage(message);
    } catch (thrown) {
      stop({ thrown });
    }
  });
  const endings = [
    stopOnAbort(options.abortSignal, stop),
    stopAfter(options.timeoutMs, stop),
    samplePeakMemory(child.pid, (megabytes) => {
      peakMemoryMb = megabytes;
      if (megabytes > options.memoryMb) stop({ cause: "memory" });
    }),
  ];
  const { exitCode, complaint } = await untilGone(child);
  for (const end of endings) end();
  const [first] = stops;
  if (first && "thrown" in first) throw first.thrown;
  return { cause: first?.cause ?? (exitCode === 0 ? "done" : "crash"), peakMemoryMb, complaint };
}

/** Nothing of our environment goes along: no secret is near a parser that reads what strangers wrote. */
function start({ script, args, input, memoryMb }: WatchedProcess): ChildProcess {
  const child = fork(fileURLToPath(script), args, {
    env: {},
    // V8 must not give up before the watch does, or the cause would be lost; ours are not for the child to inherit.
    execArgv: [`--max-old-space-size=${Math.ceil(memoryMb)}`],
    serialization: "json",
    stdio: ["pipe", "ignore", "pipe", "ipc"],
  });
  child.stdin?.on("error", ignore); // It may end before it has read all: its exit says why.
  child.stdin?.end(input);
  return child;
}

function stopOnAbort(signal: AbortSignal | undefined, stop: OnStop): () => void {
  const listener = (): void => {
    stop({ thrown: signal?.reason });
  };
  signal?.addEventListener("abort", listener);
  return () => signal?.removeEventListener("abort", listener);
}

function stopAfter(timeoutMs: number, stop: OnStop): () => void {
  const timer = setTimeout(stop, timeoutMs, { cause: "time" });
  return () => {
    clearTimeout(timer);
  };
}

/** Gone means: ended, its standard error read to the end, and every message it sent handed out. */
async function untilGone(child: ChildProcess): Promise<{ exitCode: number | null; complaint: string }> {
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-COMPLAINT_LENGTH);
  });
  const drained = new Promise((resolve) => child.once("disconnect", resolve));
  return new Promise((resolve) => {
    child.on("error", (error) => {
      if (child.pid === undefined) resolve({ exitCode: null, complaint: error.message }); // It never started.
    });
    child.once("close", (exitCode: number | null) => {
      void drained.then(() => {
        resolve({ exitCode, complaint });
      });
    });
  });
}

function ignore(): void {
  // Nothing to do.
}
