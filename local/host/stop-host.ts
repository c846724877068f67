import type { HostContext } from "./host-context.ts";
import { describeError } from "./logging/describe-error.ts";
import type { Log } from "./logging/log.ts";
import type { HostServer } from "./server/http-server.ts";
import type { TriggerExtension } from "./triggers/trigger-extension.ts";
import type { Core } from "./worker/core-module.ts";

export interface RunningHost {
  readonly core: Core;
  readonly context: HostContext;
  readonly extensions: readonly TriggerExtension[];
  readonly server: HostServer;
  readonly drainMs: number;
}

/**
 * Ends a host: every trigger stops taking work at once, then what runs may finish until the drain time is over, then the
 * app's appTerminate hooks run, for as long again at most. What is cut off is repeated later if it came from a queue, and lost if it came over HTTP.
 */
export async function stopHost({ core, context, extensions, server, drainMs }: RunningHost): Promise<void> {
  const { invoker, log, ownership } = context;
  const stopping = [server.stop(), ownership.stop(), ...extensions.map((extension) => extension.stop())];
  const drained = Promise.all(stopping).then(invoker.idle);
  const isDrained = await Promise.race([drained.then(() => true), after(drainMs)]);
  if (!isDrained)
    log.host(
      "warning",
      `Stopped after ${drainMs} ms of draining with ${invoker.runningCount()} invocation(s) still running.`,
    );
  context.durableRpc.stop();
  server.destroy();
  await ownership.release();
  const hasTerminated = await Promise.race([runTerminateHooks(core, log), after(drainMs)]);
  if (!hasTerminated)
    log.host("warning", `An appTerminate hook has not ended after ${drainMs} ms: not waiting for it.`);
}

async function runTerminateHooks({ hooks }: Core, log: Log): Promise<true> {
  try {
    await hooks.run("appTerminate", { hookData: hooks.appLevelHookData, appHookData: hooks.appHookData });
  } catch (error) {
    log.host("error", `An appTerminate hook failed: ${describeError(error)}`);
  }
  return true;
}

function after(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, false).unref());
}
