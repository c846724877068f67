import { formatBanner } from "./banner.ts";
import { shareCompileCache } from "./compile-cache.ts";
import { InterruptedError, listenForInterruption } from "./interruption.ts";
import { withLocalSettings } from "./local-settings.ts";
import { parseStartOptions, USAGE, type StartOptions } from "./options.ts";
import { PROJECT_FOLDER } from "./project.ts";
import { startRuntime, type Runtime } from "./runtime.ts";

/** Runs the local runtime until somebody ends it. Returns the exit code: 0 when ended on purpose, 1 when something broke. */
export async function runStart(args: readonly string[]): Promise<number> {
  try {
    const options = parseStartOptions(args, PROJECT_FOLDER);
    if (options !== "help") return await serve(options);
    print(USAGE);
    return 0;
  } catch (error) {
    if (error instanceof InterruptedError) return 0;
    complain(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function serve(options: StartOptions): Promise<number> {
  shareCompileCache(process.env);
  const interruption = listenForInterruption();
  const env = withLocalSettings(process.env, options.app);
  const runtime = await startRuntime({
    ...options,
    env,
    output: "show",
    storagePorts: "prefer-default",
    abortSignal: interruption.signal,
  });
  print(formatBanner({ ...runtime, data: options.data, env }));
  return waitForEnd(runtime, interruption.happened);
}

async function waitForEnd(runtime: Runtime, interrupted: Promise<"interrupted">): Promise<number> {
  const end = await Promise.race([interrupted, runtime.failed]);
  if (end === "interrupted") print("\nStopping…");
  else complain([`${end.name} ended unexpectedly with ${end.cause}; stopping the rest`, end.output].join("\n").trim());
  await runtime.stop();
  return end === "interrupted" ? 0 : 1;
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
