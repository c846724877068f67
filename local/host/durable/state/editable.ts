import type { ExecutionStarted } from "../history/history-event.ts";
import type { ArchivedInstance, Entity, Instance, Known } from "./instance.ts";

/** The same shape with its fields, lists and maps open to change: what the rules of this folder see, and nobody else. */
type Editable<T> = {
  -readonly [Field in keyof T]: T[Field] extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : T[Field] extends readonly (infer Item)[]
      ? Item[]
      : T[Field];
};

export type EditableInstance = Editable<Instance>;
export type EditableEntity = Editable<Entity>;
export type EditableAddressee = EditableInstance | EditableEntity;
export type EditableKnown = EditableAddressee | ArchivedInstance;

/** A copy whose lists and maps belong to the state. */
export function editableCopy(known: Known): EditableKnown {
  switch (known.kind) {
    case "archived":
      return known;
    case "entity":
      return { ...known, inbox: [...known.inbox], timers: new Map(known.timers), queue: [...known.queue] };
    case "orchestration":
      return {
        ...known,
        inbox: [...known.inbox],
        timers: new Map(known.timers),
        history: [...known.history],
        activities: new Map(known.activities),
      };
  }
}

export function newInstance(start: ExecutionStarted, id: string, at: number): EditableInstance {
  return {
    kind: "orchestration",
    ...newAddressee(id, at),
    name: start.Name,
    executionId: start.OrchestrationInstance.ExecutionId,
    version: start.Version,
    status: "Pending",
    parent: start.ParentInstance,
    input: start.Input,
    output: null,
    customStatus: null,
    history: [],
    activities: new Map(),
  };
}

/** An entity nobody has spoken to before: it does not exist yet, but has an inbox. */
export function newEntity(id: string, at: number): EditableEntity {
  const [, name = "", key = ""] = /^@([^@]*)@?(.*)$/s.exec(id) ?? [];
  return { kind: "entity", ...newAddressee(id, at), name, key, exists: false, state: null, queue: [], lockedBy: null };
}

function newAddressee(
  id: string,
  at: number,
): Pick<EditableAddressee, "id" | "createdAt" | "updatedAt" | "inbox" | "nextSequence" | "timers"> {
  return { id, createdAt: at, updatedAt: at, inbox: [], nextSequence: 1, timers: new Map() };
}
