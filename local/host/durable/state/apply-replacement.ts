import type { InstanceReplaced } from "../journal/journal-record.ts";
import { editableCopy } from "./editable.ts";
import { dropWork } from "./fold.ts";
import type { Fold } from "./fold.ts";
import { outstandingOf } from "./outstanding.ts";

export function applyReplacement(fold: Fold, { instance }: InstanceReplaced): void {
  const known = fold.known.get(instance.id);
  if (known === undefined || known.kind === "entity" || known.executionId !== instance.executionId) return;
  // Copied first: the new one may have been made from the old one's own maps.
  const copy = editableCopy(instance);
  if (known.kind === "orchestration") dropWork(fold, known);
  fold.known.set(instance.id, copy);
  outstandingOf(copy, fold.changes);
}
