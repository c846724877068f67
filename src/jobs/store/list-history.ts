import { pageOf } from "../../platform/page-of.ts";
import type { JobRef } from "../life/job.ts";
import type { HistoryStore, ListedEntry } from "./history-store.ts";
import type { HistoryEntry } from "./history.ts";
import type { JobStore } from "./job-store.ts";

export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** Rows of this page that cannot be read: a matter for the log, and no reason to show nothing. */
  readonly unreadable: readonly Extract<ListedEntry, { unreadable: unknown }>[];
  /** The version of the line to go on behind, when there may be more. */
  readonly next: number | undefined;
}

interface Query {
  readonly ref: JobRef;
  /** Only lines older than the one of this version. */
  readonly olderThan?: number | undefined;
  readonly limit: number;
}

/**
 * One page of what happened to a job, newest first. Lines are never changed, so a cursor stays right while new ones
 * come in.
 *
 * @throws MillraceError JOB_NOT_FOUND, GONE, STORAGE_UNAVAILABLE
 */
export async function listHistory(
  { jobs, history }: { readonly jobs: JobStore; readonly history: HistoryStore },
  query: Query,
): Promise<HistoryPage> {
  await jobs.require(query.ref);
  const { page, last } = pageOf(await history.list({ ...query, limit: query.limit + 1 }), query.limit);
  return {
    entries: page.flatMap((listed) => ("entry" in listed ? [listed.entry] : [])),
    unreadable: page.filter((listed) => "unreadable" in listed),
    next: last?.version,
  };
}
