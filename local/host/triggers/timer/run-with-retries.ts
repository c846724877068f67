import { describeError, messageOf } from "../../logging/describe-error.ts";
import type { RetryContext, RetryOptions } from "../../worker/protocol.ts";
import { randomizedBackoffMs } from "../randomized-backoff.ts";

export interface Retrying {
  readonly options: RetryOptions | undefined;
  /** Runs the function once. Rejects when it failed. */
  readonly run: (retryContext: RetryContext | undefined) => Promise<unknown>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A host that stops gives up waiting for the next try. */
  readonly isStopping: () => boolean;
}

/** Runs a function until it succeeds or its retry policy is exhausted. Every try is an invocation of its own. Never rejects. */
export async function runWithRetries({ options, run, sleep, isStopping }: Retrying): Promise<void> {
  const maxRetryCount = options?.maxRetryCount ?? 0;
  let context: RetryContext | undefined;
  for (let retryCount = 1; ; retryCount += 1) {
    try {
      await run(context);
      return;
    } catch (error) {
      const isExhausted = maxRetryCount !== -1 && retryCount > maxRetryCount;
      if (!options || isExhausted) return; // the invoker has logged the failure
      await sleep(retryDelayMs(options, retryCount, Math.random()));
      if (isStopping()) return;
      context = {
        retryCount,
        maxRetryCount,
        exception: { message: messageOf(error), stackTrace: describeError(error) },
      };
    }
  }
}

/** How long to wait before the n-th retry (n from 1). `random` is in [0, 1). */
export function retryDelayMs(options: RetryOptions, n: number, random: number): number {
  const milliseconds = (duration: RetryOptions["delayInterval"]) => Number(duration?.seconds ?? 0) * 1000;
  if (options.retryStrategy === "fixedDelay") return milliseconds(options.delayInterval);
  const range = { minMs: milliseconds(options.minimumInterval), maxMs: milliseconds(options.maximumInterval) };
  return randomizedBackoffMs(n, range, random);
}
