import type { EntityRequest } from "../state/instance.ts";
import { listOf, textOf } from "./actions.ts";
import type { Action } from "./decision.ts";
import { sendToEntity } from "./entities.ts";
import type { EntityRef } from "./entity-ref.ts";
import type { CriticalSection, Replay } from "./replay.ts";
import { SUCCESS, type Task } from "./task.ts";

/**
 * One message, to the first of the entities: they hand it on in the order of the set, in which the SDK has sorted them, and
 * the last one answers. The answer's name is our id, which the SDK reads from the message.
 */
export function lockEntities(replay: Replay, action: Action): Task {
  const entities = listOf(action, "lockSet").map(readEntity);
  const [first] = entities;
  if (first === undefined) throw new Error("Cannot lock no entities: the lock set is empty");
  for (const { name } of entities) replay.requireFunction("entity", name);
  const requestId = replay.newGuid();
  const { instanceId: parent, executionId: parentExecution } = replay.execution;
  const request: EntityRequest = { op: null, id: requestId, parent, parentExecution, lockset: entities, pos: 0 };
  sendToEntity(replay, first, { name: "op", content: request });
  replay.lockRequests.set(requestId, entities);
  const locked = replay.tasks.create();
  replay.externalEvents.waitFor(requestId).whenSettled(() => {
    if (replay.lockRequests.delete(requestId)) replay.criticalSection = { requestId, entities };
    locked.settle(SUCCESS);
  });
  return locked;
}

export function releaseEntities(replay: Replay): Task {
  releaseLocks(replay);
  return replay.tasks.createSettled();
}

/** Releases what is held, and takes back what has been asked for: nobody will be there to release that. */
export function releaseAllLocks(replay: Replay): readonly number[] {
  const held = releaseLocks(replay);
  const asked = [...replay.lockRequests].flatMap(([requestId, entities]) =>
    sendReleases(replay, { requestId, entities }),
  );
  replay.lockRequests.clear();
  return [...held, ...asked];
}

function releaseLocks(replay: Replay): readonly number[] {
  const section = replay.criticalSection;
  replay.criticalSection = undefined;
  return section === undefined ? [] : sendReleases(replay, section);
}

/** One message to each entity. Returns the numbers of the messages. */
function sendReleases(replay: Replay, { requestId, entities }: CriticalSection): readonly number[] {
  const content = { parent: replay.execution.instanceId, id: requestId };
  return entities.map((entity) => sendToEntity(replay, entity, { name: "release", content }));
}

function readEntity(fields: Readonly<Record<string, unknown>>): EntityRef {
  return { name: textOf(fields, "name").toLowerCase(), key: textOf(fields, "key") };
}
