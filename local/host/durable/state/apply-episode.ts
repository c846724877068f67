import { EventType } from "../history/history-event.ts";
import type { Envelope, EpisodeCompleted } from "../journal/journal-record.ts";
import { deliver } from "./deliver.ts";
import type { EditableInstance } from "./editable.ts";
import { armTimer, dropWork, findRunning, scheduleActivity } from "./fold.ts";
import type { Fold } from "./fold.ts";
import { consume, receive } from "./inbox.ts";
import { isEnded } from "./instance.ts";

export function applyEpisode(fold: Fold, record: EpisodeCompleted): void {
  const instance = findRunning(fold, record.id, record.executionId);
  if (instance === undefined) return;
  consume(instance, record.consumedThrough);
  instance.status = record.status;
  instance.updatedAt = record.at;
  if (record.output !== undefined) instance.output = record.output;
  if (record.customStatus !== undefined) instance.customStatus = record.customStatus;
  if (record.next !== undefined) continueAsNew(fold, instance, record.next);
  else addEvents(fold, instance, record);
  if (instance.inbox.length > 0) fold.changes.woken.add(instance.id); // an episode need not read everything
  for (const envelope of record.outgoing.messages) {
    if (isOwnStart(instance, record, envelope)) receive(fold, instance, envelope);
    else deliver(fold, envelope);
  }
}

function addEvents(fold: Fold, instance: EditableInstance, record: EpisodeCompleted): void {
  for (const event of record.events) instance.history.push(event);
  if (isEnded(record.status)) {
    end(fold, instance);
    return;
  }
  for (const work of record.outgoing.activities) scheduleActivity(fold, instance, work);
  for (const timer of record.outgoing.timers) armTimer(fold, instance, timer);
}

/** What the last episode itself set going (a cancelled timer, say) would only report to an instance that is not there. */
function end(fold: Fold, instance: EditableInstance): void {
  instance.inbox.length = 0;
  dropWork(fold, instance);
  fold.changes.ended.push(instance.id);
}

function continueAsNew(
  fold: Fold,
  instance: EditableInstance,
  next: { readonly executionId: string; readonly input: string | null },
): void {
  dropWork(fold, instance);
  // A list of its own: whoever still reads the old execution's history keeps it as it was.
  instance.history = [];
  instance.executionId = next.executionId;
  instance.input = next.input;
  instance.inbox = instance.inbox.filter(
    ({ executionId }) => executionId === undefined || executionId === next.executionId,
  );
}

/** The start of the execution it continues in: the one start that a running instance takes. */
function isOwnStart(instance: EditableInstance, { next }: EpisodeCompleted, { to, event }: Envelope): boolean {
  return (
    to === instance.id &&
    event.EventType === EventType.ExecutionStarted &&
    event.OrchestrationInstance.ExecutionId === next?.executionId
  );
}
