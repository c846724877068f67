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

/** Throws when it is not a record this version knows. */
export function recordFromJson(json: object): JournalRecord {
  const type = "type" in json ? json.type : undefined;
  if (typeof type !== "string" || !Object.hasOwn(RECORD_TYPES, type))
    throw new Error(`this version of the host knows no record of type ${JSON.stringify(type)}`);
  return type === "instanceReplaced" ? readReplacement(json as Written) : (json as JournalRecord);
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
