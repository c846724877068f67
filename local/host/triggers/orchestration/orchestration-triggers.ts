import type { HostContext } from "../../host-context.ts";
import type { TriggerExtension } from "../trigger-extension.ts";

/** `df.app.orchestration()`: the Durable hub runs them. */
export function createOrchestrationTriggers({ durable }: HostContext): TriggerExtension {
  return {
    triggerType: "orchestrationTrigger",
    add(fn) {
      if (!fn.isDisabled) durable.register("orchestrator", fn);
    },
    describe: () => "orchestrationTrigger",
    start: () => Promise.resolve(), // the ownership starts and stops the hub
    stop: () => Promise.resolve(),
    manualInput: () => undefined,
  };
}
