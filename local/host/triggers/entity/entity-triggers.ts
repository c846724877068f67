import type { HostContext } from "../../host-context.ts";
import type { TriggerExtension } from "../trigger-extension.ts";

/** `df.app.entity()`: the Durable hub runs them. */
export function createEntityTriggers({ durable }: HostContext): TriggerExtension {
  return {
    triggerType: "entityTrigger",
    add(fn) {
      if (!fn.isDisabled) durable.register("entity", fn);
    },
    describe: () => "entityTrigger",
    start: () => Promise.resolve(), // the ownership starts and stops the hub
    stop: () => Promise.resolve(),
    manualInput: () => undefined,
  };
}
