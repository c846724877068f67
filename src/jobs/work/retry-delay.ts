/** The delay before the second attempt; each further one waits twice as long. */
const FIRST_DELAY_MS = 2_000;
/** Whoever asks for longer, a server we download from included, must not park a job. */
const LONGEST_DELAY_MS = 3_600_000;
/** Delays are spread by a fifth to both sides, so that jobs that failed together do not come back together. */
const SPREAD = 0.2;

/**
 * How long to wait before the next attempt: about 2, 4, 8 … seconds, or, if that is longer, what the other side asked
 * for and up to a fifth more; an hour at most.
 *
 * @param attempt the attempt that failed, counted from 1
 * @param chance 0 to 1
 * @returns milliseconds
 */
export function retryDelayMs(attempt: number, chance: number, askedForMs = 0): number {
  const backoff = FIRST_DELAY_MS * 2 ** (attempt - 1) * (1 - SPREAD + 2 * SPREAD * chance);
  const asked = askedForMs * (1 + SPREAD * chance);
  return Math.round(Math.min(LONGEST_DELAY_MS, Math.max(backoff, asked)));
}
