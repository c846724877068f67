import type { ActivityCompleted } from "../journal/journal-record.ts";
import { findRunning } from "./fold.ts";
import type { Fold } from "./fold.ts";
import { receive } from "./inbox.ts";

export function applyActivity(fold: Fold, { id, executionId, taskId, event }: ActivityCompleted): void {
  const instance = findRunning(fold, id, executionId);
  if (instance?.activities.delete(taskId) === true) receive(fold, instance, { executionId, event });
}
