import { resolveSettings } from "../../config/expressions.ts";
import type { AppFunction } from "../../functions/app-function.ts";
import type { HostContext } from "../../host-context.ts";
import type { TriggerExtension } from "../trigger-extension.ts";
import { isSubMinute, parseSchedule } from "./schedule.ts";
import { timerInput } from "./timer-input.ts";
import { createTimerListener } from "./timer-listener.ts";
import type { TimerListener } from "./timer-listener.ts";
import { createFileStatusStore } from "./timer-status.ts";
import type { TimerStatusStore } from "./timer-status.ts";

/** `app.timer()`: one listener per function. This host owns all its timers; in Azure a lease picks one of many. */
export function createTimerTriggers(context: HostContext): TriggerExtension {
  const listeners: TimerListener[] = [];
  const store = createFileStatusStore(context.stateFolder);
  return {
    triggerType: "timerTrigger",
    add(fn) {
      const listener = prepareListener(fn, store, context);
      if (!fn.isDisabled) listeners.push(listener);
    },
    describe: () => "timerTrigger",
    async start() {
      for (const listener of listeners) listener.start();
    },
    async stop() {
      await Promise.all(listeners.map((listener) => listener.stop()));
    },
    manualInput: () => ({
      data: timerInput(undefined, false),
      reason: "This function was programmatically called via the host APIs.",
    }),
  };
}

function prepareListener(fn: AppFunction, store: TimerStatusStore, context: HostContext): TimerListener {
  const { environment, invoker, log } = context;
  const { schedule: text, runOnStartup, useMonitor } = fn.trigger.binding;
  if (typeof text !== "string") throw new Error(`"schedule" must be a text, found ${JSON.stringify(text)}`);
  const schedule = parseSchedule(resolveSettings(text, environment), environment["WEBSITE_TIME_ZONE"]);
  const isMonitored = useMonitor !== false && !isSubMinute(schedule, new Date());
  return createTimerListener({
    fn,
    schedule,
    runOnStartup: runOnStartup === true,
    store: isMonitored ? store : undefined,
    invoker,
    log,
  });
}
