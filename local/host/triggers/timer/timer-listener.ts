import type { AppFunction } from "../../functions/app-function.ts";
import type { Invoker } from "../../functions/invoker.ts";
import { messageOf } from "../../logging/describe-error.ts";
import type { Log } from "../../logging/log.ts";
import { createAlarm } from "../../time/alarm.ts";
import type { Alarm } from "../../time/alarm.ts";
import { formatDateTimeOffset } from "../date-time-offset.ts";
import { resumeStatus, statusAfterRun } from "./resume-status.ts";
import { runWithRetries } from "./run-with-retries.ts";
import type { Schedule } from "./schedule.ts";
import { timerInput } from "./timer-input.ts";
import type { TimerStatus, TimerStatusStore } from "./timer-status.ts";

export interface TimerListener {
  /** Does nothing after `stop()`. */
  readonly start: () => void;
  /** Fires no more; resolves when the run under way has ended. */
  readonly stop: () => Promise<void>;
}

export interface TimerParts {
  readonly fn: AppFunction;
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  /** Undefined when the timer is not monitored: it has no status and catches nothing up. */
  readonly store: TimerStatusStore | undefined;
  /** Asked before each run: while this process was stopped, another host may have taken the timers over. */
  readonly isOwner: () => Promise<boolean>;
  readonly invoker: Invoker;
  readonly log: Log;
}

/**
 * Fires one timer function, never two runs at once: the next occurrence is looked up only when a run has ended, so that
 * ticks missed meanwhile are skipped.
 */
export function createTimerListener(parts: TimerParts): TimerListener {
  const { fn, schedule, log } = parts;
  const alarm = createAlarm();
  let stopped = false;
  const isStopping = () => stopped;
  let loop: Promise<void> | undefined;

  async function fire(status: TimerStatus | undefined, isPastDue: boolean): Promise<TimerStatus | undefined> {
    if (!(await mayFire(parts)) || isStopping()) return status;
    const firedAt = new Date();
    await runWithRetries({
      options: fn.registered.metadata.retryOptions,
      run: (retryContext) => {
        const reason = `Timer fired at ${formatDateTimeOffset(firedAt)}`;
        return parts.invoker.run(fn, { data: timerInput(status, isPastDue), reason, retryContext });
      },
      sleep: alarm.sleep,
      isStopping,
    });
    if (!status) return undefined;
    const after = statusAfterRun(status, schedule, firedAt);
    await saveStatus(parts, after);
    return after;
  }

  /** What there is to do at once: an occurrence missed while no host ran, or the app's wish to run at start. */
  async function begin(): Promise<TimerStatus | undefined> {
    const resumed = await resume(parts);
    const isPastDue = resumed?.isPastDue === true;
    if (!isPastDue && !parts.runOnStartup) return resumed?.status;
    const why = isPastDue ? "is past due on startup" : "configured to run on startup";
    log.host("information", `Function '${fn.name}' ${why}. Executing now.`);
    return fire(resumed?.status, isPastDue);
  }

  async function run(): Promise<void> {
    let status = await begin();
    let planned = 0;
    while (!isStopping()) {
      // The planned time counts when the clock is a little behind it, or the same occurrence would fire twice.
      const next = schedule.next(new Date(Math.max(Date.now(), planned)));
      if (!next) return;
      planned = next.getTime();
      if (status) status = { ...status, next };
      await sleepUntil(next, alarm, isStopping);
      if (!isStopping()) status = await fire(status, false);
    }
  }

  return {
    start: () => {
      if (!isStopping())
        loop ??= run().catch((error: unknown) => {
          log.host("error", `The timer of function '${fn.name}' has stopped: ${messageOf(error)}`);
        });
    },
    async stop() {
      stopped = true;
      alarm.ring();
      await loop;
    },
  };
}

async function sleepUntil(time: Date, alarm: Alarm, isStopping: () => boolean): Promise<void> {
  for (let left = time.getTime() - Date.now(); left > 0 && !isStopping(); left = time.getTime() - Date.now())
    await alarm.sleep(left);
}

/** While nobody knows whose the timers are, none fires; a host that has lost them is about to be told so. */
async function mayFire({ fn, isOwner, log }: TimerParts): Promise<boolean> {
  try {
    return await isOwner();
  } catch (error) {
    log.host("error", `Function '${fn.name}' is not fired, its owner cannot be determined: ${messageOf(error)}`);
    return false;
  }
}

/** Reads and renews the stored status of a monitored timer. */
async function resume(parts: TimerParts): Promise<ReturnType<typeof resumeStatus>> {
  const { schedule, store } = parts;
  if (!store) return undefined;
  const stored = await loadStatus(parts);
  const resumed = resumeStatus(stored, schedule, new Date());
  if (resumed && resumed.status !== stored) await saveStatus(parts, resumed.status);
  return resumed;
}

/** A status that cannot be read costs at most the one occurrence that was missed meanwhile. */
async function loadStatus({ fn, store, log }: TimerParts): Promise<TimerStatus | undefined> {
  try {
    return await store?.load(fn.name);
  } catch (error) {
    log.host("error", `Cannot read the status of timer '${fn.name}', which begins anew: ${messageOf(error)}`);
    return undefined;
  }
}

/** A status that cannot be saved costs at most an occurrence after the next start: no reason to fire no more. */
async function saveStatus({ fn, store, log }: TimerParts, status: TimerStatus): Promise<void> {
  try {
    await store?.save(fn.name, status);
  } catch (error) {
    log.host("error", `Cannot save the status of timer '${fn.name}': ${messageOf(error)}`);
  }
}
