import type { ActivityWork, Instance, TimerWork } from "../state/instance.ts";
import type { InstancesRewound, JournalRecord } from "./journal-record.ts";

/** JSON knows no maps: they are written as lists of what they hold. */
type WrittenInstance = Omit<Instance, "timers" | "activities"> & {
  readonly timers: readonly TimerWork[];
  readonly activities: readonly ActivityWork[];
};

type Written = Omit<InstancesRewound, "instances"> & { readonly instances: readonly WrittenInstance[] };

/** Every kind of record there is; a new kind does not compile until it is here. */
const RECORD_TYPES: Readonly<Record<JournalRecord["type"], true>> = {
  messageSent: true,
  episodeCompleted: true,
  activityCompleted: true,
  timerElapsed: true,
  entityBatchCompleted: true,
  purged: true,
  instancesRewound: true,
};

/** Throws when the record's JSON would be longer than a string can be (512 MiB). */
export function recordToJson(record: JournalRecord): string {
  if (record.type !== "instancesRewound") return JSON.stringify(record);
  const instances = record.instances.map(({ timers, activities, ...instance }) => ({
    ...instance,
    timers: [...timers.values()],
    activities: [...activities.values()],
  }));
  return JSON.stringify({ ...record, instances } satisfies Written);
}

/** Throws when it is not a record this version knows. */
export function recordFromJson(json: object): JournalRecord {
  const type = "type" in json ? json.type : undefined;
  if (typeof type !== "string" || !Object.hasOwn(RECORD_TYPES, type))
    throw new Error(`this version of the host knows no record of type ${JSON.stringify(type)}`);
  return type === "instancesRewound" ? readRewound(json as Written) : (json as JournalRecord);
}

function readRewound({ instances, ...record }: Written): InstancesRewound {
  return { ...record, instances: instances.map(readInstance) };
}

function readInstance(instance: WrittenInstance): Instance {
  return {
    ...instance,
    timers: new Map(instance.timers.map((timer) => [timer.id, timer])),
    activities: new Map(instance.activities.map((work) => [work.taskId, work])),
  };
}
