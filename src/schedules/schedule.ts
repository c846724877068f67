import { z } from "zod";
import { workspaceIdSchema } from "../contract/ids.ts";
import { OVERLAPS, scheduleNameSchema } from "../contract/schedule-requests.ts";

/** The body of the request that each occurrence makes, as it came. What it must look like is asked again each time. */
const bodySchema = z.record(z.string(), z.unknown());
export const submitSchema = z.union([z.strictObject({ job: bodySchema }), z.strictObject({ batch: bodySchema })]);

/**
 * A schedule, as it is kept. All that happens to its occurrences is written together with this row, on its version: so
 * of two processes that decide at once one decides again, on what the other has written.
 */
export const scheduleSchema = z.object({
  workspaceId: workspaceIdSchema,
  name: scheduleNameSchema,
  /** Names this schedule and no other of the same name, before or after it. */
  scheduleId: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  enabled: z.boolean(),
  overlap: z.enum(OVERLAPS),
  catchUpSeconds: z.int(),
  submit: submitSchema,
  /** Who set `submit` last, if that request said who sent it: the submitter of whatever is made of it. */
  submittedBy: z.string().optional(),
  /** Grows by one with every change that an operator makes. */
  revision: z.int(),
  createdAt: z.date(),
  updatedAt: z.date(),
  /** All occurrences up to this time are recorded, or were not to be. */
  seenUntil: z.date(),
  /** The first one after that; none while it is disabled. */
  nextAt: z.date().optional(),
  /** How many records there are, and how many of them are of occurrences that somebody still sees to. */
  records: z.int(),
  open: z.int(),
  /** Of occurrences before this time there may be no records any more. */
  keptSince: z.date().optional(),
  /** When to look for records whose time is over. */
  purgeAt: z.date(),
  /** From then on nobody sees it any more; what is left of it goes. */
  deletedAt: z.date().optional(),
});
export type Schedule = z.infer<typeof scheduleSchema>;

/** What names a schedule. */
export type ScheduleRef = Pick<Schedule, "workspaceId" | "name">;

/** The timer itself can be late, and a schedule can wait for its turn. */
const LATE_MS = 60_000;

/**
 * How long an occurrence that nobody saw in time is made up: as long as its schedule says, and never so short that it is
 * missed between two calls of the timer.
 *
 * @param tickMs the longest time between two calls
 */
export function catchUpMsOf({ catchUpSeconds }: Pick<Schedule, "catchUpSeconds">, tickMs: number): number {
  return Math.max(catchUpSeconds * 1000, tickMs + LATE_MS);
}

/** When the timer has to look at it next: at once while there is something to see to. */
export function wakeAtOf({ deletedAt, open, createdAt, nextAt, purgeAt }: Schedule): Date {
  if (deletedAt || open > 0) return createdAt;
  return nextAt && nextAt < purgeAt ? nextAt : purgeAt;
}
