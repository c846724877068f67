/** While a new version is rolled out, processes of both work on the same jobs. That is over by then. */
export const ROLL_OUT_MS = 600_000;

/** Longer than any roll-out: after this no worker will come that knows a job's type. */
export const UNKNOWN_TYPE_MS = 24 * 3_600_000;
