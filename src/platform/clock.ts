/** Where the time comes from. Decisions take `now` as an argument; only the edge asks a clock. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

const DAY_MS = 24 * 3_600_000;

/** So many times 24 hours later; earlier, if there are fewer than none. */
export function daysAfter(time: Date, days: number): Date {
  return new Date(time.getTime() + days * DAY_MS);
}
