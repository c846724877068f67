import { describe, expect, it } from "@jest/globals";
import { retryDelayMs, runWithRetries } from "../../../../../local/host/triggers/timer/run-with-retries.ts";
import type { RetryContext, RetryOptions } from "../../../../../local/host/worker/protocol.ts";

const fixed = (maxRetryCount: number): RetryOptions => ({
  retryStrategy: "fixedDelay",
  maxRetryCount,
  delayInterval: { seconds: 2 },
});

/** Runs a function that fails the given number of times; says what its tries were told and how long it slept. */
async function run(failures: number, options?: RetryOptions, stopAfter = Number.POSITIVE_INFINITY) {
  const contexts: (RetryContext | undefined)[] = [];
  const sleeps: number[] = [];
  await runWithRetries({
    options,
    run: async (context) => {
      contexts.push(context);
      if (contexts.length <= failures) throw new Error(`failure ${contexts.length}`);
    },
    sleep: async (milliseconds) => {
      sleeps.push(milliseconds);
    },
    isStopping: () => sleeps.length >= stopAfter,
  });
  return { contexts, sleeps };
}

describe("runWithRetries()", () => {
  it("runs once when the function succeeds, or has no policy", async () => {
    expect((await run(0, fixed(3))).contexts).toEqual([undefined]);
    expect((await run(1)).contexts).toEqual([undefined]);
  });

  it("tells each try how many came before and why the last one failed", async () => {
    const { contexts, sleeps } = await run(2, fixed(3));
    expect(contexts).toMatchObject([
      undefined,
      { retryCount: 1, maxRetryCount: 3, exception: { message: "failure 1" } },
      { retryCount: 2, maxRetryCount: 3, exception: { message: "failure 2" } },
    ]);
    expect(sleeps).toEqual([2000, 2000]);
  });

  it("gives up after the last try", async () => {
    expect((await run(99, fixed(2))).contexts).toHaveLength(3);
  });

  it("goes on for ever when the count is -1, until the host stops", async () => {
    expect((await run(99, fixed(-1), 50)).contexts).toHaveLength(50);
  });
});

describe("retryDelayMs()", () => {
  it("grows between the minimum and the maximum when exponential", () => {
    const options: RetryOptions = {
      retryStrategy: "exponentialBackoff",
      maxRetryCount: 5,
      minimumInterval: { seconds: 1 },
      maximumInterval: { seconds: 10 },
    };
    expect([1, 2, 3, 4].map((n) => retryDelayMs(options, n, 0.5))).toEqual([2000, 3000, 5000, 9000]);
    expect(retryDelayMs(options, 20, 0.5)).toBe(10_000);
  });
});
