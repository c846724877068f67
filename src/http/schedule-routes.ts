import { z } from "zod";
import type { App } from "../app.ts";
import {
  backfillScheduleSchema,
  changeScheduleSchema,
  createScheduleSchema,
  occurrenceQuerySchema,
  runScheduleSchema,
  scheduleNameSchema,
  scheduleQuerySchema,
} from "../contract/schedule-requests.ts";
import type { ChangeScheduleRequest, ScheduleQuery } from "../contract/schedule-requests.ts";
import {
  backfillViewSchema,
  occurrenceListSchema,
  occurrenceViewSchema,
  scheduleListSchema,
  scheduleViewSchema,
} from "../contract/schedule-view.ts";
import { PRINCIPAL_HEADER, principalOf } from "../identity/principal.ts";
import { MillraceError } from "../platform/errors.ts";
import { backfillSchedule } from "../schedules/backfill-schedule.ts";
import { changeSchedule } from "../schedules/change-schedule.ts";
import type { ChangeScheduleCommand } from "../schedules/change-schedule.ts";
import { createSchedule } from "../schedules/create-schedule.ts";
import { deleteSchedule } from "../schedules/delete-schedule.ts";
import { listOccurrences, listSchedules, reportOf, reportsOf } from "../schedules/read-schedules.ts";
import { runSchedule } from "../schedules/run-schedule.ts";
import { submitSchema } from "../schedules/schedule.ts";
import type { Schedule } from "../schedules/schedule.ts";
import { BODY_PROBLEMS } from "./body-problems.ts";
import { isMatch } from "./etag.ts";
import { nextLink } from "./next-link.ts";
import { SCHEDULES_PATH, presentOccurrence, presentSchedule, scheduleEtag, scheduleUrl } from "./present-schedule.ts";
import { defineRoute } from "./route.ts";
import type { Reply, RequestContext, Route } from "./route.ts";

const TAG = "schedules";
const SCHEDULE_PATH = `${SCHEDULES_PATH}/{name}`;
const params = z.object({ name: scheduleNameSchema });
const workspace = {
  "x-millrace-workspace": z.string().optional().meta({ description: "The schedule's workspace; `default` if absent" }),
};
const headers = z.object(workspace);
const oneSchedule = { description: "The schedule", schema: scheduleViewSchema, headers: ["ETag"] };

/** Work that begins by itself, at times that are data: who keeps it, and what became of each time. */
export const scheduleRoutes: readonly Route[] = [
  defineRoute({
    name: "schedules-list",
    methods: ["GET"],
    path: SCHEDULES_PATH,
    access: "operator",
    tag: TAG,
    summary: "List the schedules of all workspaces, each with its last and its missed occurrences",
    query: scheduleQuerySchema,
    answers: { 200: { description: "A page of schedules", schema: scheduleListSchema } },
    problems: ["INVALID_QUERY", "STORAGE_UNAVAILABLE"],
    handle: async (app, request) => list(app, request, request.query),
  }),

  defineRoute({
    name: "schedules-create",
    methods: ["POST"],
    path: SCHEDULES_PATH,
    access: "operator",
    tag: TAG,
    summary: "Keep a schedule; the request that it makes is checked now",
    headers,
    body: { kind: "json", schema: createScheduleSchema },
    answers: { 201: { ...oneSchedule, headers: ["ETag", "Location"] } },
    problems: [...BODY_PROBLEMS, "INVALID_HEADER", "SCHEDULE_EXISTS", "STORAGE_UNAVAILABLE"],
    async handle(app, request) {
      const { time_zone: timeZone, catch_up_seconds: catchUpSeconds, submit, ...rest } = request.body;
      const { workspaceId, origin } = request;
      const given = { ...rest, workspaceId, timeZone, catchUpSeconds, submit: submitSchema.parse(submit) };
      const schedule = await createSchedule(app, { ...given, submittedBy: senderOf(request) });
      const reply = await scheduleReply(app, request, schedule);
      return { ...reply, status: 201, headers: { ...reply.headers, location: scheduleUrl(origin, schedule) } };
    },
  }),

  defineRoute({
    name: "schedules-get",
    methods: ["GET"],
    path: SCHEDULE_PATH,
    access: "operator",
    tag: TAG,
    summary: "Read a schedule, with its next, its last and its missed occurrences",
    params,
    headers,
    answers: { 200: oneSchedule },
    problems: ["NOT_FOUND", "STORAGE_UNAVAILABLE"],
    async handle(app, request) {
      const {
        workspaceId,
        params: { name },
      } = request;
      const { schedule } = await app.schedules.require({ workspaceId, name });
      return scheduleReply(app, request, schedule);
    },
  }),

  defineRoute({
    name: "schedules-change",
    methods: ["PATCH"],
    path: SCHEDULE_PATH,
    access: "operator",
    tellsOrchestrations: true,
    tag: TAG,
    summary: "Enable, disable or change a schedule; what is absent stays as it is",
    params,
    headers: z.object({
      ...workspace,
      "If-Match": z.string().meta({ description: "The `ETag` that the schedule was read with" }),
    }),
    body: { kind: "json", schema: changeScheduleSchema },
    answers: { 200: oneSchedule },
    problems: [
      ...BODY_PROBLEMS,
      ...(["NOT_FOUND", "PRECONDITION_REQUIRED", "PRECONDITION_FAILED"] as const),
      ...(["INVALID_HEADER", "VERSION_CONFLICT", "STORAGE_UNAVAILABLE"] as const),
    ],
    async handle(app, request) {
      const expected = request.header("if-match");
      if (expected === null)
        throw new MillraceError("PRECONDITION_REQUIRED", "Send If-Match with the ETag that the schedule was read with");
      const isExpected = (schedule: Schedule) => isMatch(expected, scheduleEtag(schedule));
      const ref = { workspaceId: request.workspaceId, name: request.params.name };
      const command = { ref, isExpected, change: changeOf(request.body), by: senderOf(request) };
      return scheduleReply(app, request, await changeSchedule(app, command, request.log));
    },
  }),

  defineRoute({
    name: "schedules-delete",
    methods: ["DELETE"],
    path: SCHEDULE_PATH,
    access: "operator",
    tag: TAG,
    summary: "Delete a schedule with its records; jobs that it has submitted go on",
    params,
    headers,
    answers: { 204: { description: "It is gone" } },
    problems: ["NOT_FOUND", "VERSION_CONFLICT", "STORAGE_UNAVAILABLE"],
    async handle(app, { workspaceId, params: { name } }) {
      await deleteSchedule(app, { workspaceId, name });
      return { status: 204 };
    },
  }),

  defineRoute({
    name: "schedules-run",
    methods: ["POST"],
    path: `${SCHEDULE_PATH}/run`,
    access: "operator",
    tellsOrchestrations: true,
    tag: TAG,
    summary: "Run a schedule now, whether or not it is enabled",
    params,
    headers,
    body: { kind: "json", schema: runScheduleSchema, isOptional: true },
    answers: {
      202: {
        description: "The occurrence, with the job or batch that it made; `pending` if it will make one soon",
        schema: occurrenceViewSchema,
        headers: ["Location", "Idempotency-Replayed"],
      },
    },
    problems: [...BODY_PROBLEMS, "NOT_FOUND", "VERSION_CONFLICT", "STORAGE_UNAVAILABLE"],
    async handle(app, { workspaceId, origin, log, params: { name }, body: { planned_at: at } }) {
      const command = { ref: { workspaceId, name }, plannedAt: at === undefined ? undefined : new Date(at) };
      const { occurrence, replayed } = await runSchedule(app, command, log);
      const json = presentOccurrence(occurrence, origin);
      const location = json.links.job ?? json.links.batch;
      const replay = replayed ? { "idempotency-replayed": "true" } : {};
      return { status: 202, headers: { ...(location && { location }), ...replay }, json };
    },
  }),

  defineRoute({
    name: "schedules-backfill",
    methods: ["POST"],
    path: `${SCHEDULE_PATH}/backfill`,
    access: "operator",
    tellsOrchestrations: true,
    tag: TAG,
    summary: "Make up the occurrences of a past interval that have made nothing; asking twice makes each once",
    params,
    headers,
    body: { kind: "json", schema: backfillScheduleSchema },
    answers: {
      202: { description: "The occurrences of the interval, the earliest first", schema: backfillViewSchema },
    },
    problems: [...BODY_PROBLEMS, "NOT_FOUND", "VERSION_CONFLICT", "STORAGE_UNAVAILABLE"],
    async handle(app, { workspaceId, origin, log, params: { name }, body }) {
      const interval = { from: new Date(body.from), to: new Date(body.to) };
      const occurrences = await backfillSchedule(app, { ref: { workspaceId, name }, ...interval }, log);
      return { status: 202, json: { value: occurrences.map((occurrence) => presentOccurrence(occurrence, origin)) } };
    },
  }),

  defineRoute({
    name: "schedules-occurrences",
    methods: ["GET"],
    path: `${SCHEDULE_PATH}/occurrences`,
    access: "operator",
    tag: TAG,
    summary: "List what became of a schedule's occurrences, the latest first",
    params,
    headers,
    query: occurrenceQuerySchema,
    answers: { 200: { description: "A page of occurrences", schema: occurrenceListSchema } },
    problems: ["NOT_FOUND", "INVALID_QUERY", "STORAGE_UNAVAILABLE"],
    async handle(app, { workspaceId, origin, params: { name }, query: { limit, cursor } }) {
      const { schedule } = await app.schedules.require({ workspaceId, name });
      const range = { limit, before: cursor === undefined ? undefined : new Date(cursor) };
      const { occurrences, next } = await listOccurrences(app, schedule, range);
      const link = next && nextLink(`${scheduleUrl(origin, schedule)}/occurrences`, { limit }, next.toISOString());
      const value = occurrences.map((occurrence) => presentOccurrence(occurrence, origin));
      return { status: 200, json: { value, ...(link && { next_link: link }) } };
    },
  }),
];

async function list(app: App, { origin, log }: RequestContext, query: ScheduleQuery): Promise<Reply> {
  const { workspace_id: workspaceId, cursor, limit } = query;
  const page = await listSchedules(app.schedules, { workspaceId, behind: cursor }, limit);
  for (const { rowKey, unreadable } of page.unreadable) log.error("row skipped in a list", { row: rowKey }, unreadable);
  const reports = await reportsOf(app, page.schedules);
  const value = reports.map((report) => presentSchedule(report, { origin, ...timesOf(app) }));
  const link = page.next && nextLink(`${origin}/${SCHEDULES_PATH}`, query, page.next);
  return { status: 200, json: { value, ...(link && { next_link: link }) } };
}

async function scheduleReply(app: App, { origin }: RequestContext, schedule: Schedule): Promise<Reply> {
  const json = presentSchedule(await reportOf(app, schedule), { origin, ...timesOf(app) });
  return { status: 200, headers: { etag: scheduleEtag(schedule), "cache-control": "private, no-cache" }, json };
}

function senderOf(request: RequestContext): string | undefined {
  return principalOf(request.header(PRINCIPAL_HEADER));
}

function timesOf({ clock, scheduleTickMs }: App): { readonly now: Date; readonly tickMs: number } {
  return { now: clock.now(), tickMs: scheduleTickMs };
}

function changeOf(body: ChangeScheduleRequest): ChangeScheduleCommand["change"] {
  const { time_zone: timeZone, catch_up_seconds: catchUpSeconds, submit, cron, enabled, overlap } = body;
  return {
    ...(cron !== undefined && { cron }),
    ...(timeZone !== undefined && { timeZone }),
    ...(enabled !== undefined && { enabled }),
    ...(overlap !== undefined && { overlap }),
    ...(catchUpSeconds !== undefined && { catchUpSeconds }),
    ...(submit !== undefined && { submit: submitSchema.parse(submit) }),
  };
}
