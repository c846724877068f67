import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readErrorCode } from "../process/error-code.ts";
import { findFreePort } from "../process/free-port.ts";
import { shareCompileCache } from "./compile-cache.ts";
import { DEMO_USAGE, parseDemoOptions } from "./demo-options.ts";
import { showSummary } from "./demo-summary.ts";
import { showTour } from "./demo-tour.ts";
import { InterruptedError, listenForInterruption } from "./interruption.ts";
import { withLocalSettings } from "./local-settings.ts";
import { print } from "./print.ts";
import { PROJECT_FOLDER } from "./project.ts";
import { startRuntime, type Runtime } from "./runtime.ts";

/** Runs the demo. Returns the exit code: 0 when all that it shows went well, 1 when not, 130 after Ctrl-C. */
export async function runDemo(args: readonly string[]): Promise<number> {
  shareCompileCache(process.env);
  const { signal } = listenForInterruption();
  try {
    const options = parseDemoOptions(args, PROJECT_FOLDER);
    if (options === "help") {
      print(DEMO_USAGE);
      return 0;
    }
    const bytes = await readDocument(options.file);
    const show = options.batch ? showTour : showSummary;
    return await withRuntime(options.app, signal, async (runtime) =>
      show(options, bytes, { api: `${runtime.url}/api`, abortSignal: signal }),
    );
  } catch (error) {
    if (signal.aborted || error instanceof InterruptedError) return 130;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** Before anything is started: a mistyped name should cost no time. */
async function readDocument(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = readErrorCode(error);
    if (code === "ENOENT") throw new Error(`Cannot read "${file}": there is no such file`, { cause: error });
    if (code === "EISDIR") throw new Error(`Cannot read "${file}": it is a folder, wanted a PDF`, { cause: error });
    throw error;
  }
}

/** Gives the work a runtime of its own, on free ports and a temporary folder, so that it disturbs no other. */
async function withRuntime(
  app: string,
  abortSignal: AbortSignal,
  work: (runtime: Runtime) => Promise<number>,
): Promise<number> {
  const data = await mkdtemp(join(tmpdir(), "millrace-demo-"));
  try {
    print("Starting Millrace on this machine…");
    const port = await findFreePort();
    const runtime = await startRuntime({
      ...{ app, port, data, abortSignal, env: withLocalSettings(process.env, app) },
      ...{ fresh: false, output: "keep", storagePorts: "any" },
    });
    try {
      return await Promise.race([work(runtime), failWith(runtime)]).catch(async (error: unknown) =>
        explain(error, runtime),
      );
    } finally {
      await runtime.stop();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

/** When the host dies, a request to it may fail a moment before the death is noticed, which is the better reason. */
async function explain(error: unknown, runtime: Runtime): Promise<never> {
  await Promise.race([failWith(runtime), delay(500)]);
  throw error;
}

async function failWith(runtime: Runtime): Promise<never> {
  const { name, cause, output } = await runtime.failed;
  throw new Error(`${name} ended unexpectedly with ${cause}\n${output}`);
}
