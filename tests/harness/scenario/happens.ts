/**
 * What must happen in the runs of a test run, by the names of `tally.ts`, and how often at least: what never happens is
 * not tested. The numbers are about a third of what 2,000 seeds come to.
 */
export const HAPPENS: Readonly<Record<string, number>> = {
  "row: completed": 800,
  "row: requeued": 600,
  "row: released": 40,
  "row: lapsed": 200,
  "row: redispatched": 200,
  "row: regenerated": 250,
  "failed: ATTEMPTS_EXHAUSTED": 100,
  "failed: EXPIRED": 50,
  "failed: PROVIDER_REFUSED": 100,
  "cancelled: queued": 150,
  "cancelled: processing": 150,
  "cancel: yes": 300,
  "cancel: JOB_ALREADY_ENDED": 80,
  "cancel: OPERATION_SUPERSEDED": 10,
  "regenerate: yes": 250,
  "regenerate: JOB_NOT_TERMINAL": 30,
  "replay: yes": 30,
  "edit: gone": 10,
  "close: gone": 10,
  "delete: gone": 50,
  "row: gone": 300,
  "log: job fenced": 15,
  "log: job cancelled": 80,
  "log: job postponed": 100,
};

/** The same for runs with batches: about a third of what 1,000 seeds come to. */
export const BATCHES_HAPPEN: Readonly<Record<string, number>> = {
  "batch: completed": 100,
  "batch: failed": 100,
  "batch: cancelled": 20,
};
