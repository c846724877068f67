import type { Action } from "./decision.ts";

/** The numbers the SDKs give to what an orchestrator can ask for. Source: durable-functions, `actions/ActionType`; 10 is the extension's. */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  ScheduledSignalEntity: 10,
  WhenAny: 11,
  WhenAll: 12,
  LockEntities: 13,
  ReleaseEntities: 14,
} as const;

type Fields = Readonly<Record<string, unknown>>;

/** Throws when the field is not text. */
export function textOf(fields: Fields, field: string): string {
  const value = fields[field];
  if (typeof value !== "string") throw unreadable(fields, field, "text");
  return value;
}

/** Undefined when the field is absent, null or blank. */
export function optionalTextOf(fields: Fields, field: string): string | undefined {
  const value = fields[field];
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

/** Throws when the field is not a finite number. */
export function numberOf(fields: Fields, field: string): number {
  const value = fields[field];
  if (typeof value !== "number" || !Number.isFinite(value)) throw unreadable(fields, field, "a number");
  return value;
}

/** Undefined when the field is absent or null. */
export function optionalNumberOf(fields: Fields, field: string): number | undefined {
  return fields[field] === undefined || fields[field] === null ? undefined : numberOf(fields, field);
}

/** An ISO time as milliseconds since the epoch. Throws when it is none. */
export function timeOf(fields: Fields, field: string): number {
  const time = Date.parse(textOf(fields, field));
  if (Number.isNaN(time)) throw unreadable(fields, field, "an ISO time");
  return time;
}

/** Throws when the field is not an object. */
export function fieldsOf(fields: Fields, field: string): Fields {
  const value = fields[field];
  if (!isFields(value)) throw unreadable(fields, field, "an object");
  return value;
}

/** Throws when the field is not a list of objects. */
export function listOf(fields: Fields, field: string): readonly Fields[] {
  const value = fields[field];
  if (!Array.isArray(value) || !value.every(isFields)) throw unreadable(fields, field, "a list of objects");
  return value;
}

/** The actions of a Task.any or Task.all. */
export function childrenOf(action: Action): readonly Action[] {
  return listOf(action, "compoundActions").map((child) => {
    const actionType = numberOf(child, "actionType");
    return { ...child, actionType };
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function unreadable(fields: Fields, field: string, wanted: string): Error {
  const value = field in fields ? JSON.stringify(fields[field]) : "absent";
  return new Error(`Cannot read "${field}" of an orchestrator's action: it is ${value}, expected ${wanted}`);
}
