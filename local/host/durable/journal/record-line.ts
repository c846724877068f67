import type { ActivityWork, Instance, TimerWork } from "../state/instance.ts";
import type { InstanceReplaced, JournalRecord } from "./journal-record.ts";

/** JSON knows no maps: they are written as lists of what they hold. */
type Written = Omit<InstanceReplaced, "instance"> & {
  readonly instance: Omit<Instance, "timers" | "activities"> & {
    readonly timers: readonly TimerWork[];
    readonly activities: readonly ActivityWork[];
  };
};

/** Every kind of record there is; a new kind does not compile until it is here. */
const RECORD_TYPES: Readonly<Record<JournalRecord["type"], true>> = {
  messageSent: true,
  episodeCompleted: true,
  activityCompleted: true,
  timerElapsed: true,
  entityBatchCompleted: true,
  purged: true,
  instanceReplaced: true,
};

/** Throws when the record's JSON would be longer than a string can be (512 MiB). */
export function recordToJson(record: JournalRecord): string {
  if (record.type !== "instanceReplaced") return JSON.stringify(record);
  const { timers, activities, ...instance } = record.instance;
  const written: Written = {
    ...record,
    instance: { ...instance, timers: [...timers.values()], activities: [...activities.values()] },
  };
  return JSON.stringify(written);
}

/** Undefined when it is not a record this version knows. */
export function recordFromJson(value: unknown): JournalRecord | undefined {
  if (typeof value !== "object" || value === null || !("type" in value)) return undefined;
  if (typeof value.type !== "string" || !Object.hasOwn(RECORD_TYPES, value.type)) return undefined;
  const record = value as JournalRecord | Written;
  return record.type === "instanceReplaced" && Array.isArray(record.instance.timers)
    ? readReplacement(record as Written)
    : (record as JournalRecord);
}

function readReplacement({ instance, ...record }: Written): InstanceReplaced {
  return {
    ...record,
    instance: {
      ...instance,
      timers: new Map(instance.timers.map((timer) => [timer.id, timer])),
      activities: new Map(instance.activities.map((work) => [work.taskId, work])),
    },
  };
}
