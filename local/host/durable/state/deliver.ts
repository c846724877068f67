import { EventType } from "../history/history-event.ts";
import type { ExecutionStarted } from "../history/history-event.ts";
import type { Envelope } from "../journal/journal-record.ts";
import { newEntity, newInstance } from "./editable.ts";
import type { EditableEntity } from "./editable.ts";
import { armTimer, remove } from "./fold.ts";
import type { Fold } from "./fold.ts";
import { receive } from "./inbox.ts";
import { isEnded } from "./instance.ts";

/**
 * Brings a message to where it goes, or drops it: a start where an instance is running, anything else where none is
 * running, and what was meant for another execution. An entity is there as soon as somebody speaks to it.
 */
export function deliver(fold: Fold, envelope: Envelope, replaces?: string): void {
  if (envelope.to.startsWith("@")) deliverToEntity(fold, envelope);
  else if (envelope.event.EventType !== EventType.ExecutionStarted) deliverToInstance(fold, envelope);
  else if (isFree(fold, envelope.to, replaces)) start(fold, envelope, envelope.event);
}

/** Whether an instance can begin under that id: there is none, it has ended, or it is the one that is to be replaced. */
function isFree(fold: Fold, id: string, replaces: string | undefined): boolean {
  const known = fold.known.get(id);
  if (known?.kind === "entity") return false;
  return known === undefined || isEnded(known.status) || known.executionId === replaces;
}

function start(fold: Fold, envelope: Envelope, event: ExecutionStarted): void {
  remove(fold, envelope.to); // and so the new one comes last in the order of creation
  const instance = newInstance(event, envelope.to, fold.at);
  fold.known.set(instance.id, instance);
  receive(fold, instance, envelope);
}

function deliverToInstance(fold: Fold, envelope: Envelope): void {
  const known = fold.known.get(envelope.to);
  if (known?.kind !== "orchestration" || isEnded(known.status)) return;
  if (envelope.executionId !== undefined && envelope.executionId !== known.executionId) return;
  receive(fold, known, envelope);
}

function deliverToEntity(fold: Fold, envelope: Envelope): void {
  const entity = entityAt(fold, envelope.to);
  const { to: _, dueAt, ...message } = envelope;
  if (dueAt === undefined || dueAt <= fold.at) {
    receive(fold, entity, message);
    return;
  }
  // The number makes the id unique within this entity; the time, after a purge has begun the numbers again.
  const id = `${entity.nextSequence++}@${dueAt}`;
  armTimer(fold, entity, { id, fireAt: dueAt, message });
}

function entityAt(fold: Fold, id: string): EditableEntity {
  const known = fold.known.get(id);
  if (known?.kind === "entity") return known;
  const entity = newEntity(id, fold.at);
  fold.known.set(id, entity);
  return entity;
}
