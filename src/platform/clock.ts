/** Where the time comes from. Decisions take `now` as an argument; only the edge asks a clock. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
