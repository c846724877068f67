import { mapAtOnce } from "../platform/at-once.ts";
import { pageOf } from "../platform/page-of.ts";
import type { Occurrence } from "./occurrence.ts";
import type { ScheduleStore } from "./schedule-store.ts";
import type { Schedule } from "./schedule.ts";
import { LOOKS_AT_ONCE, isWaitedFor, lookAt } from "./settle-submitted.ts";
import type { SettleDeps } from "./settle-submitted.ts";

/** What is told of a schedule beside itself. */
export interface ScheduleReport {
  readonly schedule: Schedule;
  /** The latest occurrence, as it is now. */
  readonly last: Occurrence | undefined;
  /** Of the latest, the latest first. */
  readonly missed: readonly Date[];
}

/** So many occurrences are looked through for missed ones. */
const LATEST = 100;

/** What is told of a schedule. */
export async function reportOf(deps: SettleDeps, schedule: Schedule): Promise<ScheduleReport> {
  const latest = await deps.schedules.records(schedule, { limit: LATEST });
  const [last] = latest;
  return {
    schedule,
    last: last && (await asItIsNow(deps, schedule, last)),
    missed: latest.filter(({ outcome }) => outcome === "missed").map(({ plannedAt }) => plannedAt),
  };
}

/** What is told of many schedules. */
export async function reportsOf(deps: SettleDeps, schedules: readonly Schedule[]): Promise<ScheduleReport[]> {
  return mapAtOnce(schedules, LOOKS_AT_ONCE, async (schedule) => reportOf(deps, schedule));
}

export interface OccurrencePage {
  readonly occurrences: readonly Occurrence[];
  /** The time to go on before, when there may be more. */
  readonly next: Date | undefined;
}

/** A page of records, the latest first, as they are now. */
export async function listOccurrences(
  deps: SettleDeps,
  schedule: Schedule,
  { before, limit }: { readonly before: Date | undefined; readonly limit: number },
): Promise<OccurrencePage> {
  const { page, last } = pageOf(await deps.schedules.records(schedule, { before, limit: limit + 1 }), limit);
  return {
    occurrences: await mapAtOnce(page, LOOKS_AT_ONCE, async (record) => asItIsNow(deps, schedule, record)),
    next: last?.plannedAt,
  };
}

/** How what was submitted stands, also where the timer has not noted it yet. */
export async function asItIsNow(deps: SettleDeps, schedule: Schedule, record: Occurrence): Promise<Occurrence> {
  return isWaitedFor(record) ? lookAt(deps, schedule, record) : record;
}

export interface SchedulePage {
  readonly schedules: readonly Schedule[];
  /** Rows of this page that cannot be read: a matter for the log, and no reason to show nothing. */
  readonly unreadable: readonly { readonly rowKey: string; readonly unreadable: unknown }[];
  /** The row to go on behind, when there may be more. */
  readonly next: string | undefined;
}

/** A page of schedules, of all workspaces or one. */
export async function listSchedules(
  store: ScheduleStore,
  filter: { readonly workspaceId: string | undefined; readonly behind: string | undefined },
  limit: number,
): Promise<SchedulePage> {
  const { page, last } = pageOf(await store.list({ ...filter, limit: limit + 1 }), limit);
  return {
    schedules: page.flatMap((each) =>
      "stored" in each && !each.stored.schedule.deletedAt ? [each.stored.schedule] : [],
    ),
    unreadable: page.filter((each) => "unreadable" in each),
    next: last?.rowKey,
  };
}
