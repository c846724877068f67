import type { Job } from "./job.ts";

/** Enough for a day of deployments or of a busy provider; and an end for a job that would wait or be released for ever. */
const MAX_UNCOUNTED = 20;

/**
 * Whether an attempt that is no fault of the job's may be taken out of the count again: one that ended because the
 * provider asked to wait, or because its worker was told to end. Beyond the limit such attempts count as well, so that
 * no job is tried for ever.
 */
export function mayStayUncounted({ uncounted = 0 }: { readonly uncounted?: Job["uncounted"] }): boolean {
  return uncounted < MAX_UNCOUNTED;
}
