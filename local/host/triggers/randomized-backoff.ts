export interface BackoffRange {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * The delay before the n-th try (n from 1) of the WebJobs SDK: min + 2^(n-1) × min × a random factor of 0.8 to 1.2, at most
 * max. `random` is in [0, 1).
 */
export function randomizedBackoffMs(n: number, { minMs, maxMs }: BackoffRange, random: number): number {
  const increment = 2 ** (n - 1) * minMs * (0.8 + random * 0.4);
  return Math.min(minMs + increment, maxMs);
}
