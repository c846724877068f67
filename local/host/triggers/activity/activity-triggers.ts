import type { HostContext } from "../../host-context.ts";
import type { TriggerExtension } from "../trigger-extension.ts";

/** `df.app.activity()`: the Durable hub runs them. */
export function createActivityTriggers({ durable }: HostContext): TriggerExtension {
  return {
    triggerType: "activityTrigger",
    add(fn) {
      if (!fn.isDisabled) durable.register("activity", fn);
    },
    describe: () => "activityTrigger",
    start: () => Promise.resolve(), // the ownership starts and stops the hub
    stop: () => Promise.resolve(),
    manualInput: () => undefined,
  };
}
