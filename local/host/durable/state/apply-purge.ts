import type { Purged } from "../journal/journal-record.ts";
import { remove } from "./fold.ts";
import type { Fold } from "./fold.ts";
import { isEnded } from "./instance.ts";

export function applyPurge(fold: Fold, { ids }: Purged): void {
  for (const id of ids) {
    const known = fold.known.get(id);
    if (known?.kind === "entity" || (known !== undefined && isEnded(known.status))) remove(fold, id);
  }
}
