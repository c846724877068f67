import { partsOfRowKey } from "../../../src/platform/partitions.ts";
import type { RowCommit } from "../storage/wire.ts";

/** Which wake-up rows stand, by what was written. */
export interface DueWatch {
  note(commit: RowCommit): void;
  /** Whether one of them is for a time before this. */
  isAnyBefore(time: number): boolean;
}

export function createDueWatch(): DueWatch {
  const times = new Map<string, number>();
  return {
    note({ before, after }) {
      const { rowKey = "" } = after ?? before ?? {};
      const [kind, time = ""] = partsOfRowKey(rowKey);
      if (kind !== "due") return;
      if (after) times.set(rowKey, Date.parse(time));
      else times.delete(rowKey);
    },
    isAnyBefore: (time) => [...times.values()].some((due) => due <= time),
  };
}
