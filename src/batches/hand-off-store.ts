import { handOffKey, readHandOff } from "../jobs/store/hand-off.ts";
import type { HandOff, HandOffName } from "../jobs/store/hand-off.ts";
import type { Table } from "../platform/tables.ts";

/** What jobs that ended have to tell their batches, and have not told yet: written with their ends, by `job-store.ts`. */
export interface HandOffStore {
  /** Nothing: the batch knows. */
  get(name: HandOffName): Promise<HandOff | undefined>;
  /** The batch knows; calm if it is gone. */
  drop(name: HandOffName): Promise<void>;
}

export function createHandOffStore(table: Table): HandOffStore {
  return {
    async get(name) {
      const stored = await table.get(handOffKey(name));
      return stored && readHandOff(stored.row);
    },
    drop: async (name) => table.delete(handOffKey(name), "*"),
  };
}
