import { fieldsOf, numberOf, optionalNumberOf } from "./actions.ts";
import type { Action } from "./decision.ts";
import type { Replay } from "./replay.ts";
import { SUCCESS, type Task } from "./task.ts";
import { startTimer } from "./timers.ts";

interface RetryOptions {
  readonly firstRetryIntervalMs: number;
  readonly maxNumberOfAttempts: number;
  readonly backoffCoefficient: number;
  readonly maxRetryIntervalMs: number;
  readonly retryTimeoutMs: number;
}

/** The Durable extension's default: six days. */
const MAX_RETRY_INTERVAL_MS = 6 * 24 * 3600 * 1000;

/**
 * Calls again after a failure, with a timer before each further attempt, as the Durable Task framework's retry does. Every
 * attempt and every timer has a number of its own.
 */
export function retry(replay: Replay, action: Action, call: () => Task): Task {
  const options = readRetryOptions(action);
  const startedAt = replay.now;
  const whole = replay.tasks.create();

  function attempt(number: number): void {
    call().whenSettled((outcome) => {
      if (outcome.succeeded) whole.settle(outcome);
      else if (number >= options.maxNumberOfAttempts) {
        // The framework once waited after the last failure too. The timer is left, at once, because the SDK waits for it.
        startTimer(replay, replay.now).whenSettled(() => {
          whole.settle(outcome);
        });
      } else {
        const delayMs = delayAfter(number, options, replay.now - startedAt);
        // No timer when the time is over, but the SDK waits for one: such an instance stays in Running, on Azure too.
        if (delayMs === 0) whole.settle(outcome);
        else
          startTimer(replay, replay.now + Math.round(delayMs)).whenSettled(() => {
            attempt(number + 1);
          });
      }
    });
  }

  if (options.maxNumberOfAttempts > 0) attempt(1);
  else whole.settle(SUCCESS); // The framework's loop makes no turn.
  return whole;
}

function delayAfter(failures: number, options: RetryOptions, elapsedMs: number): number {
  if (elapsedMs >= options.retryTimeoutMs) return 0;
  const delayMs = options.firstRetryIntervalMs * options.backoffCoefficient ** (failures - 1);
  return Math.min(delayMs, options.maxRetryIntervalMs);
}

function readRetryOptions(action: Action): RetryOptions {
  const options = fieldsOf(action, "retryOptions");
  return {
    firstRetryIntervalMs: numberOf(options, "firstRetryIntervalInMilliseconds"),
    maxNumberOfAttempts: numberOf(options, "maxNumberOfAttempts"),
    backoffCoefficient: optionalNumberOf(options, "backoffCoefficient") ?? 1,
    maxRetryIntervalMs: optionalNumberOf(options, "maxRetryIntervalInMilliseconds") ?? MAX_RETRY_INTERVAL_MS,
    retryTimeoutMs: optionalNumberOf(options, "retryTimeoutInMilliseconds") ?? Infinity,
  };
}
