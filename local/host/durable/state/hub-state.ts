/**
 * All that a task hub knows: the fold of its records. `apply` is the only way to change it, is the same for a record that
 * has just been written and for one read back, and takes time by the size of the record, not by what has been before.
 * What it hands out are its own objects: an instance or entity stays the same object, and changes, until it is gone.
 */
import type { JournalRecord } from "../journal/journal-record.ts";
import { applyActivity } from "./apply-activity.ts";
import { applyEntityBatch } from "./apply-entity-batch.ts";
import { applyEpisode } from "./apply-episode.ts";
import { applyPurge } from "./apply-purge.ts";
import { applyRewind } from "./apply-rewind.ts";
import { applyTimer } from "./apply-timer.ts";
import { noChanges } from "./changes.ts";
import type { Changes, Outstanding } from "./changes.ts";
import { deliver } from "./deliver.ts";
import { editableCopy } from "./editable.ts";
import type { EditableKnown } from "./editable.ts";
import type { Fold } from "./fold.ts";
import type { Known } from "./instance.ts";
import { outstandingOf } from "./outstanding.ts";

export interface HubState {
  /** Makes the record true, as far as its rules let it, and says what that has changed. */
  apply(record: JournalRecord): Changes;
  find(id: string): Known | undefined;
  /** All that is known, in the order of creation. */
  all(): Iterable<Known>;
  /** Everything that waits to be done, for a start. */
  outstanding(): Outstanding;
  /** Puts one of them back as a snapshot has it, or its archived form in its place. For the journal. */
  restore(known: Known): void;
}

export function createHubState(): HubState {
  const known = new Map<string, EditableKnown>();
  return {
    apply(record) {
      const fold: Fold = { known, changes: noChanges(), at: record.at };
      applyRecord(fold, record);
      return fold.changes;
    },
    find: (id) => known.get(id),
    all: () => known.values(),
    outstanding() {
      const found = noChanges();
      for (const one of known.values()) outstandingOf(one, found);
      return found;
    },
    restore(one) {
      known.set(one.id, editableCopy(one));
    },
  };
}

function applyRecord(fold: Fold, record: JournalRecord): void {
  switch (record.type) {
    case "messageSent":
      deliver(fold, record.message, record.replaces);
      break;
    case "episodeCompleted":
      applyEpisode(fold, record);
      break;
    case "activityCompleted":
      applyActivity(fold, record);
      break;
    case "timerElapsed":
      applyTimer(fold, record);
      break;
    case "entityBatchCompleted":
      applyEntityBatch(fold, record);
      break;
    case "purged":
      applyPurge(fold, record);
      break;
    case "instancesRewound":
      applyRewind(fold, record);
      break;
  }
}
