import { z } from "zod";
import { batchRequestSchema } from "./batch-request.ts";
import { workspaceIdSchema } from "./ids.ts";
import { submitRequestSchema } from "./submit-request.ts";

const MAX_PAGE = 100;
const DEFAULT_PAGE = 20;

/** A minute is the timer's own period; a week is longer than anybody wants yesterday's work made up. */
const SHORTEST_CATCH_UP_SECONDS = 60;
const LONGEST_CATCH_UP_SECONDS = 7 * 24 * 3600;

export const scheduleNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, "must be 1 to 64 of a-z, 0-9 and -, the first a letter")
  .meta({ description: "Unique in its workspace" });

export const OVERLAPS = ["skip", "buffer", "cancel"] as const;
export type Overlap = (typeof OVERLAPS)[number];

const submitSchema = z
  .strictObject({
    job: submitRequestSchema.optional().meta({ description: "The body of `POST /api/jobs`" }),
    batch: batchRequestSchema.optional(),
  })
  .refine(({ job, batch }) => (job === undefined) !== (batch === undefined), {
    message: "must have a `job` or a `batch`",
  });

const fields = {
  cron: z.string().max(128).meta({ description: "Five fields: minute, hour, day of month, month, day of week" }),
  time_zone: z.string().max(64).meta({ description: "A name of the IANA time zone database, such as `Europe/Berlin`" }),
  enabled: z.boolean(),
  overlap: z.enum(OVERLAPS).meta({
    description:
      "What becomes of an occurrence while the one before has not ended: it is skipped, one waits for its end, or the one before is cancelled",
  }),
  catch_up_seconds: z.int().min(SHORTEST_CATCH_UP_SECONDS).max(LONGEST_CATCH_UP_SECONDS).meta({
    description: "An occurrence that nobody saw in time is made up for so long; then it is missed",
  }),
  submit: submitSchema,
};

/** The body of `POST /api/ops/schedules`. */
export const createScheduleSchema = z.strictObject({
  name: scheduleNameSchema,
  cron: fields.cron,
  time_zone: fields.time_zone.default("UTC"),
  enabled: fields.enabled.default(true),
  overlap: fields.overlap.default("skip"),
  catch_up_seconds: fields.catch_up_seconds.default(3600),
  submit: fields.submit,
});

/** The body of `PATCH /api/ops/schedules/{name}`: what is absent stays as it is. */
export const changeScheduleSchema = z.strictObject(fields).partial();
export type ChangeScheduleRequest = z.infer<typeof changeScheduleSchema>;

const instant = z.iso.datetime({ offset: true });

/** The body of `POST /api/ops/schedules/{name}/run`. */
export const runScheduleSchema = z.strictObject({
  planned_at: instant.optional().meta({
    description: "The time that the run stands for, not after now: it is run once, however often it is asked for",
  }),
});

/** The body of `POST /api/ops/schedules/{name}/backfill`. */
export const backfillScheduleSchema = z
  .strictObject({ from: instant, to: instant })
  .refine(({ from, to }) => Date.parse(from) <= Date.parse(to), { path: ["to"], message: "is before `from`" });

/** The query of `GET /api/ops/schedules`. */
export const scheduleQuerySchema = z.strictObject({
  workspace_id: workspaceIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: z
    .string()
    .regex(/^schedule\|[a-z0-9][a-z0-9-]{0,38}\|[0-9a-f]{64}$/, "is not a cursor")
    .optional()
    .meta({ description: "From `next_link`; opaque" }),
});
export type ScheduleQuery = z.infer<typeof scheduleQuerySchema>;

/** The query of `GET /api/ops/schedules/{name}/occurrences`. */
export const occurrenceQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: instant.optional().meta({ description: "Only those planned before this time; `next_link` has it" }),
});
