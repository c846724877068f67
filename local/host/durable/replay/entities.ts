import type { EntityRequest } from "../state/instance.ts";
import { textOf, timeOf } from "./actions.ts";
import type { Action } from "./decision.ts";
import { entityIdOf, parseEntityId, type EntityRef } from "./entity-ref.ts";
import type { Replay } from "./replay.ts";
import type { Task } from "./task.ts";

/** The answer comes as an event that has the request's id for a name. */
export function callEntity(replay: Replay, action: Action): Task {
  const entity = targetOf(replay, action);
  const request = requestFor(replay, action);
  sendToEntity(replay, entity, { name: "op", content: request });
  return replay.externalEvents.waitFor(request.id);
}

export function signalEntity(replay: Replay, action: Action): Task {
  const entity = targetOf(replay, action);
  sendToEntity(replay, entity, { name: "op", content: { ...requestFor(replay, action), signal: true } });
  return replay.tasks.createSettled();
}

export function signalEntityLater(replay: Replay, action: Action): Task {
  const entity = targetOf(replay, action);
  const dueAt = timeOf(action, "fireAt");
  const due = new Date(dueAt).toISOString();
  const content = { ...requestFor(replay, action), signal: true, due };
  sendToEntity(replay, entity, { name: `op@${due}`, content, dueAt });
  return replay.tasks.createSettled();
}

/** Returns the number of the message. */
export function sendToEntity(replay: Replay, to: EntityRef, { name, content, dueAt }: EntityMessage): number {
  const input = JSON.stringify(content);
  const due = dueAt === undefined ? {} : { dueAt };
  return replay.log.decide((id) => ({ kind: "sendEvent", id, to: entityIdOf(to), name, input, ...due }));
}

interface EntityMessage {
  readonly name: string;
  readonly content: object;
  /** Milliseconds since the epoch. */
  readonly dueAt?: number;
}

function targetOf(replay: Replay, action: Action): EntityRef {
  const entity = parseEntityId(textOf(action, "instanceId"));
  replay.requireFunction("entity", entity.name);
  return entity;
}

function requestFor({ execution, newGuid }: Replay, action: Action): EntityRequest {
  const input = action["input"] ?? undefined;
  return {
    op: textOf(action, "operation"),
    id: newGuid(),
    ...(input === undefined ? {} : { input: JSON.stringify(input) }),
    parent: execution.instanceId,
    parentExecution: execution.executionId,
  };
}
