import type { EntityBatchCompleted } from "../journal/journal-record.ts";
import { deliver } from "./deliver.ts";
import { remove } from "./fold.ts";
import type { Fold } from "./fold.ts";
import { consume } from "./inbox.ts";
import type { Entity } from "./instance.ts";

export function applyEntityBatch(fold: Fold, record: EntityBatchCompleted): void {
  const entity = fold.known.get(record.id);
  if (entity?.kind !== "entity" || entity.createdAt !== record.createdAt) return;
  consume(entity, record.consumedThrough);
  if (record.outcome !== undefined) Object.assign(entity, record.outcome);
  entity.queue = [...record.queue];
  entity.lockedBy = record.lockedBy;
  entity.updatedAt = record.at;
  for (const envelope of record.messages) deliver(fold, envelope);
  if (isNothing(entity)) remove(fold, entity.id);
}

/** Deleted, or never created; and nobody has spoken to it since. It begins anew when somebody does. */
function isNothing({ exists, state, queue, inbox, timers, lockedBy }: Entity): boolean {
  return !exists && state === null && lockedBy === null && queue.length + inbox.length + timers.size === 0;
}
