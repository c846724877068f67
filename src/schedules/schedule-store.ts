import { MillraceError } from "../platform/errors.ts";
import { rowKeysUnder } from "../platform/partitions.ts";
import { odata } from "../platform/tables.ts";
import type { StoredRow, Table } from "../platform/tables.ts";
import { isOpen } from "./occurrence.ts";
import type { Occurrence } from "./occurrence.ts";
import {
  OCCURRENCE_KIND,
  SCHEDULES_PARTITION,
  SCHEDULE_KIND,
  fromOccurrenceRow,
  fromScheduleRow,
  occurrenceKey,
  plannedAtOf,
  scheduleKey,
  toOccurrenceRow,
  toScheduleRow,
} from "./schedule-row.ts";
import type { Schedule, ScheduleRef } from "./schedule.ts";

/** A schedule as it was read, with the version that the next write must name. */
export interface StoredSchedule {
  readonly schedule: Schedule;
  readonly etag: string;
}

/** A row of a list: the schedule, or why the row cannot be read as one. */
type ListedSchedule =
  | { readonly rowKey: string; readonly stored: StoredSchedule }
  | { readonly rowKey: string; readonly unreadable: unknown };

interface Beside {
  /** Records that are new or have changed. */
  readonly put?: readonly Occurrence[];
  /** The times of records that go; calm about those that are gone. */
  readonly remove?: readonly Date[];
}

interface PlannedIn {
  /** Not this time itself. */
  readonly before?: Date | undefined;
  /** This time as well. */
  readonly from?: Date | undefined;
  readonly limit: number;
}

export interface ScheduleStore {
  /** @throws MillraceError VERSION_CONFLICT if there is one of the name, a deleted one included */
  create(schedule: Schedule): Promise<StoredSchedule>;
  /** The schedule of the name, also if it is deleted and on its way out. */
  find(ref: ScheduleRef): Promise<StoredSchedule | undefined>;
  /** @throws MillraceError NOT_FOUND */
  require(ref: ScheduleRef): Promise<StoredSchedule>;
  /** All schedules of all workspaces or one, in the order of their row keys; deleted ones among them. */
  list(filter: {
    workspaceId: string | undefined;
    behind: string | undefined;
    limit: number;
  }): Promise<ListedSchedule[]>;
  /** All that the timer has to look at, in the order of their row keys. */
  listDue(now: Date): Promise<ScheduleRef[]>;
  /** Writes the schedule and its records, all or none. @throws MillraceError VERSION_CONFLICT if somebody else wrote one */
  save(schedule: Schedule, etag: string, beside?: Beside): Promise<StoredSchedule>;
  delete(stored: StoredSchedule): Promise<void>;
  /** The record of this time. */
  record(schedule: Schedule, plannedAt: Date): Promise<Occurrence | undefined>;
  /** The records of times in a range, the latest first. */
  records(schedule: Schedule, range: PlannedIn): Promise<Occurrence[]>;
  /** What decisions need: records that are open, and those of times that the schedule has not come to yet. */
  undecided(schedule: Schedule): Promise<Occurrence[]>;
  /** The times that have records, the latest first; only of those that nobody sees to any more, if wanted. */
  times(schedule: Schedule, range: PlannedIn & { readonly isClosed?: boolean }): Promise<Date[]>;
}

/** More than can be open at a time: see `ask-for.ts`. */
const MAX_UNDECIDED = 1000;
/** As many rows as storage answers with at a time. */
const PAGE_DUE = 1000;

export function createScheduleStore(table: Table): ScheduleStore {
  const find = async (ref: ScheduleRef) => {
    const stored = await table.get(scheduleKey(ref));
    return stored && { schedule: fromScheduleRow(stored.row), etag: stored.etag };
  };
  return {
    create: async (schedule) => ({ schedule, etag: await table.create(toScheduleRow(schedule)) }),
    find,
    async require(ref) {
      const stored = await find(ref);
      if (stored && !stored.schedule.deletedAt) return stored;
      throw new MillraceError("NOT_FOUND", "There is no schedule of this name in this workspace");
    },
    async list({ workspaceId, behind, limit }) {
      const { after, before } = rowKeysUnder(SCHEDULE_KIND, ...(workspaceId === undefined ? [] : [workspaceId]));
      const from = behind === undefined || behind < after ? after : behind;
      return (await table.list({ filter: between(from, before), limit })).map(listed);
    },
    async listDue(now) {
      const { after, before } = rowKeysUnder(SCHEDULE_KIND);
      const due: ScheduleRef[] = [];
      for (let behind: string | undefined = after; behind !== undefined;) {
        const filter = `${between(behind, before)} and ${odata`wakeAt le ${now}`}`;
        const page = await table.list({ filter, limit: PAGE_DUE, select: ["workspaceId", "name"] });
        due.push(...page.map(({ row }) => ({ workspaceId: String(row["workspaceId"]), name: String(row["name"]) })));
        behind = page.length < PAGE_DUE ? undefined : page.at(-1)?.row.rowKey;
      }
      return due;
    },
    async save(schedule, etag, { put = [], remove = [] } = {}) {
      const { scheduleId } = schedule;
      const etagNow = await table.save(toScheduleRow(schedule), etag, {
        put: put.map((record) => toOccurrenceRow(record, isOpen(record))),
        remove: remove.map((plannedAt) => occurrenceKey({ scheduleId, plannedAt })),
      });
      return { schedule, etag: etagNow };
    },
    delete: async ({ schedule, etag }) => table.delete(scheduleKey(schedule), etag),
    async record({ scheduleId }, plannedAt) {
      const stored = await table.get(occurrenceKey({ scheduleId, plannedAt }));
      return stored && fromOccurrenceRow(stored.row);
    },
    async records(schedule, { limit, ...range }) {
      const found = await table.list({ filter: plannedIn(schedule, range), limit });
      return found.map(({ row }) => fromOccurrenceRow(row));
    },
    async undecided({ scheduleId, seenUntil }) {
      const { rowKey } = occurrenceKey({ scheduleId, plannedAt: seenUntil });
      // Later times have smaller keys.
      const either = odata`(isOpen eq ${true} or RowKey lt ${rowKey})`;
      const filter = `${plannedIn({ scheduleId }, {})} and ${either}`;
      return (await table.list({ filter, limit: MAX_UNDECIDED })).map(({ row }) => fromOccurrenceRow(row));
    },
    async times(schedule, { limit, isClosed = false, ...range }) {
      const all = plannedIn(schedule, range);
      const filter = isClosed ? `${all} and ${odata`isOpen eq ${false}`}` : all;
      const found = await table.list({ filter, limit, select: ["plannedAt"] });
      return found.map(({ row }) => plannedAtOf(row));
    },
  };
}

function between(after: string, before: string): string {
  return odata`PartitionKey eq ${SCHEDULES_PARTITION} and RowKey gt ${after} and RowKey lt ${before}`;
}

function plannedIn({ scheduleId }: Pick<Schedule, "scheduleId">, { before, from }: Omit<PlannedIn, "limit">): string {
  const all = rowKeysUnder(OCCURRENCE_KIND, scheduleId);
  const keyOf = (plannedAt: Date) => occurrenceKey({ scheduleId, plannedAt }).rowKey;
  const last = from && new Date(from.getTime() - 1);
  return between(before ? keyOf(before) : all.after, last ? keyOf(last) : all.before);
}

/** One row that cannot be read must not hold up all the others. */
function listed({ row, etag }: StoredRow): ListedSchedule {
  try {
    return { rowKey: row.rowKey, stored: { schedule: fromScheduleRow(row), etag } };
  } catch (thrown) {
    return { rowKey: row.rowKey, unreadable: thrown };
  }
}
