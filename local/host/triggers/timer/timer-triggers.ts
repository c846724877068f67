import { resolveSettings } from "../../config/expressions.ts";
import type { AppFunction } from "../../functions/app-function.ts";
import type { HostContext } from "../../host-context.ts";
import type { Claim, Owned } from "../../ownership/ownership.ts";
import type { TriggerExtension } from "../trigger-extension.ts";
import { isSubMinute, parseSchedule } from "./schedule.ts";
import { timerInput } from "./timer-input.ts";
import { createTimerListener } from "./timer-listener.ts";
import type { TimerListener } from "./timer-listener.ts";
import { createFileStatusStore } from "./timer-status.ts";
import type { TimerStatusStore } from "./timer-status.ts";

/** `app.timer()`: one listener per function, in the one host that owns the timers. */
export function createTimerTriggers(context: HostContext): TriggerExtension {
  const prepared: ((claim: Claim) => TimerListener)[] = [];
  const store = createFileStatusStore(context.stateFolder);
  return {
    triggerType: "timerTrigger",
    add(fn) {
      const prepare = prepareListener(fn, store, context);
      if (!fn.isDisabled) prepared.push(prepare);
    },
    describe: () => "timerTrigger",
    async start() {
      if (prepared.length > 0) context.ownership.add(ownTimers(prepared));
    },
    stop: () => Promise.resolve(), // the ownership stops what it has started
    manualInput: () => ({
      data: timerInput(undefined, false),
      reason: "This function was programmatically called via the host APIs.",
    }),
  };
}

/** A host that lost the timers and won them again waits for its own earlier runs: no function runs twice at once. */
function ownTimers(prepared: readonly ((claim: Claim) => TimerListener)[]): Owned {
  const slots = prepared.map((prepare) => ({
    prepare,
    ended: Promise.resolve(),
    listener: undefined as TimerListener | undefined,
  }));
  return {
    async start(claim) {
      for (const slot of slots) {
        const listener = (slot.listener = slot.prepare(claim));
        void slot.ended.then(listener.start);
      }
    },
    async stop() {
      for (const slot of slots) if (slot.listener) slot.ended = slot.listener.stop();
      await Promise.all(slots.map(({ ended }) => ended));
    },
  };
}

function prepareListener(
  fn: AppFunction,
  store: TimerStatusStore,
  context: HostContext,
): (claim: Claim) => TimerListener {
  const { environment, invoker, log } = context;
  const { schedule: text, runOnStartup, useMonitor } = fn.trigger.binding;
  if (typeof text !== "string") throw new Error(`"schedule" must be a text, found ${JSON.stringify(text)}`);
  const schedule = parseSchedule(resolveSettings(text, environment), environment["WEBSITE_TIME_ZONE"]);
  const isMonitored = useMonitor !== false && !isSubMinute(schedule, new Date());
  return (claim) =>
    createTimerListener({
      fn,
      schedule,
      runOnStartup: runOnStartup === true,
      store: isMonitored ? store : undefined,
      isOwner: () => claim.isHeld(),
      invoker,
      log,
    });
}
