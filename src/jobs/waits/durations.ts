import { z } from "zod";
import { prioritySchema } from "../../contract/submit-request.ts";
import { waitedSince } from "../life/due.ts";
import type { DoneJob } from "../life/job.ts";

const samplesSchema = z.array(z.number()).readonly();

/** How long recent jobs of one type took, the newest last, in milliseconds. */
export const durationsSchema = z.object({
  /** From when a job could begin until a worker took it: each priority waits in a line of its own. */
  waitsMs: z.partialRecord(prioritySchema, samplesSchema).readonly(),
  /** From when a worker took it until it was done, without the time for which it waited for what no worker can do. */
  worksMs: samplesSchema,
});
export type Durations = z.infer<typeof durationsSchema>;

export const NO_DURATIONS: Durations = { waitsMs: {}, worksMs: [] };

/** Enough for a ninth decile, and so few that yesterday's are soon forgotten. */
const MOST_SAMPLES = 50;
/** The median of fewer says little; then nothing is foretold. */
const FEWEST_SAMPLES = 3;

/**
 * What a finished job tells of its type. One that took several attempts tells nothing, since delays and repeated work
 * are in its times; one that had to wait for its turn tells nothing of the queue.
 *
 * @param awayMs how long its steps waited for people, or for what happened elsewhere
 */
export function durationsOf(job: DoneJob, awayMs = 0): Durations {
  if (job.attempt !== 1 || job.uncounted) return NO_DURATIONS;
  const waitMs = msBetween(waitedSince(job), job.startedAt);
  return {
    waitsMs: job.sequence ? {} : { [job.priority]: [waitMs] },
    worksMs: [Math.max(0, msBetween(job.startedAt, job.endedAt) - awayMs)],
  };
}

/** Both together, `newer` being the newer; the oldest are left out. */
export function addDurations(older: Durations, newer: Durations): Durations {
  const priorities = prioritySchema.options.filter((priority) => older.waitsMs[priority] ?? newer.waitsMs[priority]);
  return {
    waitsMs: Object.fromEntries(
      priorities.map((priority) => [priority, newest(older.waitsMs[priority], newer.waitsMs[priority])]),
    ),
    worksMs: newest(older.worksMs, newer.worksMs),
  };
}

function newest(older: readonly number[] = [], newer: readonly number[] = []): readonly number[] {
  return [...older, ...newer].slice(-MOST_SAMPLES);
}

/** How long it usually takes: half of all took no longer than the median, nine of ten no longer than the other. */
export interface Usual {
  readonly medianMs: number;
  readonly p90Ms: number;
}

/** Nothing, when there are too few samples to say. */
export function usualOf(samplesMs: readonly number[] = []): Usual | undefined {
  if (samplesMs.length < FEWEST_SAMPLES) return undefined;
  const sorted = [...samplesMs].sort((a, b) => a - b);
  // The smallest of them that this share of all does not exceed.
  const quantile = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { medianMs: quantile(0.5), p90Ms: quantile(0.9) };
}

/** Never below 0: the two were read off the clocks of two machines. */
export function msBetween(earlier: Date, later: Date): number {
  return Math.max(0, later.getTime() - earlier.getTime());
}
