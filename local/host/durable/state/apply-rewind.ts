import type { InstancesRewound } from "../journal/journal-record.ts";
import { editableCopy } from "./editable.ts";
import type { Fold } from "./fold.ts";
import { isEnded } from "./instance.ts";
import type { Instance } from "./instance.ts";
import { outstandingOf } from "./outstanding.ts";

export function applyRewind(fold: Fold, { instances }: InstancesRewound): void {
  for (const instance of instances) if (isAsItWas(fold, instance)) putBack(fold, instance);
}

/** Of two who rewind at once, the second comes to an instance that is running again. */
function isAsItWas({ known }: Fold, { id, executionId }: Instance): boolean {
  const present = known.get(id);
  return (
    present !== undefined && present.kind !== "entity" && present.executionId === executionId && isEnded(present.status)
  );
}

function putBack(fold: Fold, instance: Instance): void {
  const copy = editableCopy(instance);
  fold.known.set(instance.id, copy);
  outstandingOf(copy, fold.changes);
}
