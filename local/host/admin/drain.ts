import type { HostContext } from "../host-context.ts";
import { describeError } from "../logging/describe-error.ts";
import type { TriggerExtension } from "../triggers/trigger-extension.ts";

/** The operator's wish that a host takes no new work, before it is replaced. HTTP goes on being served. */
export interface Drain {
  /** Takes effect once; what runs goes on to its end. */
  begin(): void;
  /** With the property names of the real host. */
  status(): Record<string, unknown>;
}

/** Another host of the same state folder takes over what only one may do as soon as what runs here has ended. */
export function createDrain(context: HostContext, extensions: readonly TriggerExtension[]): Drain {
  const { invoker, log, ownership } = context;
  let isOn = false;
  async function drain(): Promise<void> {
    await Promise.all([ownership.stop(), ...extensions.map((extension) => extension.stop())]);
    await ownership.release();
  }
  return {
    begin() {
      if (isOn) return;
      isOn = true;
      log.host("information", "DrainMode mode enabled");
      drain().catch((error: unknown) => {
        log.host("error", `Draining has failed: ${describeError(error)}`);
      });
    },
    status() {
      const outstandingInvocations = invoker.runningCount();
      const state = outstandingInvocations === 0 ? "Completed" : "InProgress";
      return { state: isOn ? state : "Disabled", outstandingInvocations, outstandingRetries: 0 };
    },
  };
}
