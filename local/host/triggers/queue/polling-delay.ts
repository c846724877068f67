import { randomizedBackoffMs } from "../randomized-backoff.ts";

const MIN_DELAY_MS = 100;

/** How long to wait before the next poll of an empty queue. */
export interface PollingDelay {
  /** `foundWork` says whether the poll before this one had found messages. */
  nextMs(foundWork: boolean): number;
}

/** 100 ms after work; then growing at random up to the maximum, where it stays until there is work again. */
export function createPollingDelay(maxMs: number, random: () => number = Math.random): PollingDelay {
  let tries = 0;
  let isAtMaximum = false;
  return {
    nextMs(foundWork) {
      if (foundWork) {
        tries = 0;
        isAtMaximum = false;
        return MIN_DELAY_MS;
      }
      if (isAtMaximum) return maxMs;
      tries += 1;
      const delay = randomizedBackoffMs(tries, { minMs: MIN_DELAY_MS, maxMs }, random());
      isAtMaximum = delay === maxMs;
      return delay;
    },
  };
}
