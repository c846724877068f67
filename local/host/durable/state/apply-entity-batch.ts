import type { EntityBatchCompleted } from "../journal/journal-record.ts";
import { deliver } from "./deliver.ts";
import type { Fold } from "./fold.ts";
import { consume } from "./inbox.ts";

export function applyEntityBatch(fold: Fold, record: EntityBatchCompleted): void {
  const entity = fold.known.get(record.id);
  if (entity?.kind !== "entity") return;
  // Having read what this entity never got, it is a batch of one that was purged meanwhile.
  if (record.consumedThrough >= entity.nextSequence) return;
  consume(entity, record.consumedThrough);
  entity.exists = record.exists;
  entity.state = record.state;
  entity.queue = [...record.queue];
  entity.lockedBy = record.lockedBy;
  entity.updatedAt = record.at;
  for (const envelope of record.messages) deliver(fold, envelope);
}
