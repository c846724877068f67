import type { Purged } from "../journal/journal-record.ts";
import { remove } from "./fold.ts";
import type { Fold } from "./fold.ts";

export function applyPurge(fold: Fold, { ids }: Purged): void {
  for (const id of ids) remove(fold, id);
}
