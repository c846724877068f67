import type { EditableChanges } from "./changes.ts";
import type { EditableAddressee, EditableInstance, EditableKnown } from "./editable.ts";
import type { ActivityWork, TimerWork } from "./instance.ts";
import { isEnded } from "./instance.ts";

/** What a rule works on: all that is known, and the list of what its record changes. */
export interface Fold {
  readonly known: Map<string, EditableKnown>;
  readonly changes: EditableChanges;
  /** The record's time. */
  readonly at: number;
}

/** The instance, as long as it is in that execution and has not ended. */
export function findRunning(fold: Fold, id: string, executionId: string): EditableInstance | undefined {
  const known = fold.known.get(id);
  if (known?.kind !== "orchestration" || known.executionId !== executionId || isEnded(known.status)) return undefined;
  return known;
}

export function scheduleActivity(fold: Fold, instance: EditableInstance, work: ActivityWork): void {
  instance.activities.set(work.taskId, work);
  fold.changes.activities.push({ id: instance.id, executionId: instance.executionId, work });
}

export function armTimer(fold: Fold, addressee: EditableAddressee, timer: TimerWork): void {
  addressee.timers.set(timer.id, timer);
  fold.changes.timers.push({ id: addressee.id, timer });
}

/** Nobody waits any more for what the addressee had going. */
export function dropWork(fold: Fold, addressee: EditableAddressee): void {
  for (const timer of addressee.timers.values()) fold.changes.droppedTimers.push({ id: addressee.id, timer });
  addressee.timers.clear();
  if (addressee.kind === "entity") return;
  for (const work of addressee.activities.values())
    fold.changes.droppedActivities.push({ id: addressee.id, executionId: addressee.executionId, work });
  addressee.activities.clear();
}

export function remove(fold: Fold, id: string): void {
  const known = fold.known.get(id);
  if (known === undefined) return;
  if (known.kind !== "archived") dropWork(fold, known);
  fold.known.delete(id);
  fold.changes.removed.push(id);
}
