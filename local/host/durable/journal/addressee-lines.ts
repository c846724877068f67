/**
 * How a snapshot writes an instance or entity: a line with its fields, which says how many lines follow, then a line for
 * each text, event, message, timer, … it holds. So no line is longer than the longest of these, however long a history has
 * become (a string of V8 ends at 512 MiB), and the first line is short: a start reads no more of those that have ended.
 */
import type { HistoryEvent } from "../history/history-event.ts";
import type { EditableAddressee, EditableEntity, EditableInstance } from "../state/editable.ts";
import type {
  ActivityWork,
  Addressee,
  ArchivedInstance,
  Delivered,
  Entity,
  EntityRequest,
  Instance,
  TimerWork,
} from "../state/instance.ts";

type InstanceFields = Omit<
  Instance,
  "input" | "output" | "customStatus" | "history" | "inbox" | "timers" | "activities"
>;
type EntityFields = Omit<Entity, "state" | "queue" | "inbox" | "timers">;

/** The first line. */
interface Divided {
  /** How many lines follow. */
  readonly parts: number;
}
type InstanceHead = InstanceFields & Divided;
export type Head = InstanceHead | (EntityFields & Divided);

/** A following line: the name of a field, and its value or one item of it. */
type Part = readonly [field: string, value: unknown];

export function* addresseeLines(addressee: Addressee): Generator<string> {
  const { fields, parts } = addressee.kind === "orchestration" ? divideInstance(addressee) : divideEntity(addressee);
  yield JSON.stringify({ ...fields, parts: parts.length } satisfies Head);
  for (const part of parts) yield JSON.stringify(part);
}

/** Undefined when the line is something else. */
export function headFromJson(value: unknown): Head | undefined {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("parts" in value)) return undefined;
  return value.kind === "orchestration" || value.kind === "entity" ? (value as Head) : undefined;
}

/** What memory keeps of an instance that has ended. */
export function archivedForm(instance: InstanceFields): ArchivedInstance {
  const { id, name, executionId, status, createdAt, updatedAt } = instance;
  return { kind: "archived", id, name, executionId, status, createdAt, updatedAt };
}

/** The instance or entity of that first line, which `addPart` completes. */
export function beginAddressee({ parts: _, ...fields }: Head): EditableAddressee {
  const mailbox = { inbox: [], timers: new Map() };
  return fields.kind === "orchestration"
    ? { ...fields, ...mailbox, input: null, output: null, customStatus: null, history: [], activities: new Map() }
    : { ...fields, ...mailbox, state: null, queue: [] };
}

/** False when the line is not a part of such a thing. */
export function addPart(addressee: EditableAddressee, json: unknown): boolean {
  if (!Array.isArray(json)) return false;
  const [field, value] = json as [unknown, unknown];
  if (field === "inbox") addressee.inbox.push(value as Delivered);
  else if (field === "timers") addressee.timers.set((value as TimerWork).id, value as TimerWork);
  else if (addressee.kind === "orchestration") return addToInstance(addressee, field, value);
  else return addToEntity(addressee, field, value);
  return true;
}

function addToInstance(instance: EditableInstance, field: unknown, value: unknown): boolean {
  if (field === "history") instance.history.push(value as HistoryEvent);
  else if (field === "activities") instance.activities.set((value as ActivityWork).taskId, value as ActivityWork);
  else if (field === "input" || field === "output" || field === "customStatus") instance[field] = value as string;
  else return false;
  return true;
}

function addToEntity(entity: EditableEntity, field: unknown, value: unknown): boolean {
  if (field === "queue") entity.queue.push(value as EntityRequest);
  else if (field === "state") entity.state = value as string;
  else return false;
  return true;
}

function divideInstance(instance: Instance): { fields: InstanceFields; parts: Part[] } {
  const { input, output, customStatus, history, inbox, timers, activities, ...fields } = instance;
  const parts = [
    ...text("input", input),
    ...text("output", output),
    ...text("customStatus", customStatus),
    ...items("history", history),
    ...items("inbox", inbox),
    ...items("timers", timers.values()),
    ...items("activities", activities.values()),
  ];
  return { fields, parts };
}

function divideEntity(entity: Entity): { fields: EntityFields; parts: Part[] } {
  const { state, queue, inbox, timers, ...fields } = entity;
  const parts = [
    ...text("state", state),
    ...items("queue", queue),
    ...items("inbox", inbox),
    ...items("timers", timers.values()),
  ];
  return { fields, parts };
}

function text(field: string, value: string | null): Part[] {
  return value === null ? [] : [[field, value]];
}

function items(field: string, values: Iterable<unknown>): Part[] {
  return Array.from(values, (value) => [field, value] as const);
}
