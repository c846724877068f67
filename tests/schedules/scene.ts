import type { App } from "../../src/app.ts";
import type { Job } from "../../src/jobs/life/job.ts";
import { logTo } from "../../src/platform/log.ts";
import type { Log } from "../../src/platform/log.ts";
import { createSchedule } from "../../src/schedules/create-schedule.ts";
import type { CreateScheduleCommand } from "../../src/schedules/create-schedule.ts";
import type { Occurrence } from "../../src/schedules/occurrence.ts";
import type { Schedule } from "../../src/schedules/schedule.ts";
import { tickSchedules } from "../../src/schedules/tick-schedules.ts";
import { echoProfile } from "../support/profiles.ts";
import { work } from "../support/racers.ts";
import { createSimulatedSite } from "../support/simulated-app.ts";
import type { SimulatedSite } from "../support/simulated-app.ts";
import { collectLog } from "../support/sinks.ts";

export const REF = { workspaceId: "default", name: "nightly" };

/** A schedule of every ten minutes. */
export function everyTenMinutes(fields: Partial<CreateScheduleCommand> = {}): CreateScheduleCommand {
  return {
    ...REF,
    ...{ cron: "*/10 * * * *", timeZone: "UTC", enabled: true, overlap: "skip", catchUpSeconds: 3600 },
    submit: { job: { job_type: "echo", payload: { text: "hi" } } },
    ...fields,
  };
}

export async function jobsOf(app: App, workspaceId = "default"): Promise<Job[]> {
  const listed = await app.jobs.list({ workspaceId, limit: 1000 });
  return listed.flatMap((each) => ("job" in each ? [each.job] : [])).reverse();
}

/** The records of a schedule, the earliest first. */
export async function recordsOf(app: App, ref: Pick<Schedule, "workspaceId" | "name"> = REF): Promise<Occurrence[]> {
  const { schedule } = await app.schedules.require(ref);
  return (await app.schedules.records(schedule, { limit: 2000 })).reverse();
}

/** Each record as its time and outcome. */
export async function storyOf(app: App, ref = REF): Promise<string[]> {
  const records = await recordsOf(app, ref);
  return records.map(({ plannedAt, outcome }) => `${plannedAt.toISOString().slice(11, 16)} ${outcome}`);
}

/** That what is counted in the schedule's row is what is there. */
export async function countsOf(app: App): Promise<{ readonly told: number[]; readonly found: number[] }> {
  const { schedule } = await app.schedules.require(REF);
  const records = await recordsOf(app);
  const open = await app.schedules.undecided({ ...schedule, seenUntil: new Date("2100-01-01T00:00:00Z") });
  return { told: [schedule.records, schedule.open], found: [records.length, open.length] };
}

export interface Scene {
  readonly site: SimulatedSite;
  readonly app: App;
  readonly log: Log;
  /** Lines that ticks have written. */
  readonly lines: string[];
  readonly create: (fields?: Partial<CreateScheduleCommand>) => Promise<Schedule>;
  /** Sets the clock, and lets the timer come. */
  readonly tickAt: (time: string, app?: App) => Promise<void>;
  /** Works on all jobs that have not ended. */
  readonly work: () => Promise<void>;
}

/** An app in a time that only the test moves, at 00:00. */
export async function scene(environment: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const site = await createSimulatedSite([echoProfile()], environment);
  const { app } = site;
  const { sink, lines } = collectLog();
  return {
    site,
    app,
    lines,
    log: logTo(sink),
    create: async (fields) => createSchedule(app, everyTenMinutes(fields)),
    async tickAt(time, by = app) {
      site.now = new Date(time.includes("T") ? time : `2026-03-01T${time}Z`);
      await tickSchedules(by, sink);
    },
    async work() {
      for (const job of await jobsOf(app)) await work(app, job);
    },
  };
}
