import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { startEmulators } from "./emulators.ts";
import { findOnPath } from "./find-on-path.ts";
import { InterruptedError, listenForInterruption } from "./interruption.ts";
import { withLocalSettings } from "./local-settings.ts";
import { PROJECT_FOLDER } from "./project.ts";

const INSTALL = `Cannot find Azure Functions Core Tools: there is no "func" on the PATH.

  npm install --global azure-functions-core-tools@4
  or https://learn.microsoft.com/azure/azure-functions/functions-run-local

"npm start" runs the same app without them.
`;

/** Runs the emulators and, with their addresses in its environment, `func start`. Returns func's exit code. */
export async function runStartFunc(args: readonly string[]): Promise<number> {
  const func = findOnPath("func", process.env);
  if (func === undefined) {
    process.stderr.write(INSTALL);
    return 1;
  }
  const { signal } = listenForInterruption();
  try {
    const emulators = await startEmulators({
      env: withLocalSettings(process.env, PROJECT_FOLDER),
      data: resolve(".millrace"),
      fresh: false,
      storagePorts: "prefer-default",
      abortSignal: signal,
    });
    try {
      signal.throwIfAborted();
      return await runFunc({ func, args, env: emulators.env, abortSignal: signal });
    } finally {
      await emulators.stop();
    }
  } catch (error) {
    if (error instanceof InterruptedError) return 0;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

interface FuncRun {
  readonly func: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly abortSignal: AbortSignal;
}

/** Core Tools share our terminal, so a Ctrl-C reaches them too; a SIGTERM reaches only us, and is passed on. */
async function runFunc({ func, args, env, abortSignal }: FuncRun): Promise<number> {
  const child = spawn(func, ["start", ...args], {
    cwd: PROJECT_FOLDER,
    env,
    stdio: "inherit",
    shell: process.platform === "win32", // func is a .cmd file there
  });
  abortSignal.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      resolve(abortSignal.aborted ? 0 : (code ?? 1));
    });
  });
}
