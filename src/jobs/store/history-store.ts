import { odata } from "../../platform/tables.ts";
import type { Table } from "../../platform/tables.ts";
import type { JobRef } from "../life/job.ts";
import { JOB_PHASES, isTerminal } from "../life/lifecycle.ts";
import { historyKey, historyKeys, readHistoryRow, versionOfHistoryRow } from "./history.ts";
import type { HistoryEntry } from "./history.ts";
import { partitionOf } from "./job-row.ts";

interface HistoryFilter {
  readonly ref: JobRef;
  /** Only lines older than the one of this version. */
  readonly olderThan?: number | undefined;
  readonly limit: number;
}

/** A line of a history, or why its row cannot be read as one. */
export type ListedEntry =
  | { readonly version: number; readonly entry: HistoryEntry }
  | { readonly version: number; readonly unreadable: unknown };

/** The histories of all jobs, to be read: they are written with their jobs, by `job-store.ts`. */
export interface HistoryStore {
  /** Newest first, at most `limit`. @throws MillraceError STORAGE_UNAVAILABLE */
  list(filter: HistoryFilter): Promise<ListedEntry[]>;
  /** How this operation of the job ended; nothing if it has not, or never was. @throws MillraceError STORAGE_UNAVAILABLE */
  endOf(ref: JobRef, operationId: string): Promise<HistoryEntry | undefined>;
}

export function createHistoryStore(table: Table): HistoryStore {
  return {
    async list({ ref, olderThan, limit }) {
      const rows = await table.list({ filter: linesOf(ref, olderThan), limit });
      return rows.map(({ row }) => {
        const version = versionOfHistoryRow(row);
        try {
          return { version, entry: readHistoryRow(row) };
        } catch (thrown) {
          return { version, unreadable: thrown };
        }
      });
    },
    async endOf(ref, operationId) {
      const isEnd = `${odata`operationId eq ${operationId} and event ne ${"undone"}`} and (${ENDS})`;
      const filter = `${linesOf(ref)} and ${isEnd}`;
      const [stored] = await table.list({ filter, limit: 1 });
      return stored && readHistoryRow(stored.row);
    },
  };
}

const ENDS = JOB_PHASES.filter(isTerminal)
  .map((phase) => odata`to eq ${phase}`)
  .join(" or ");

function linesOf(ref: JobRef, olderThan?: number): string {
  const { after, before } = historyKeys(ref);
  const from = olderThan === undefined ? after : historyKey(ref, olderThan).rowKey;
  return odata`PartitionKey eq ${partitionOf(ref)} and RowKey gt ${from} and RowKey lt ${before}`;
}
