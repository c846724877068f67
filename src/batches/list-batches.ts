import { pageOf } from "../platform/page-of.ts";
import type { BatchFilter, BatchStore, ListedBatch } from "./batch-store.ts";
import type { Batch } from "./batch.ts";

export interface BatchPage {
  readonly batches: readonly Batch[];
  /** Rows of this page that cannot be read: a matter for the log, and no reason to show nothing. */
  readonly unreadable: readonly Extract<ListedBatch, { unreadable: unknown }>[];
  /** The batch to go on behind, when there may be more. */
  readonly next: string | undefined;
}

/**
 * One page of a workspace's batches, newest first, each as its own row says: how its items stand is not looked at.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function listBatches(
  { batches }: { readonly batches: BatchStore },
  filter: BatchFilter,
): Promise<BatchPage> {
  const { page, last } = pageOf(await batches.list({ ...filter, limit: filter.limit + 1 }), filter.limit);
  return {
    batches: page.flatMap((listed) => ("batch" in listed ? [listed.batch] : [])),
    unreadable: page.filter((listed) => "unreadable" in listed),
    next: last?.batchId,
  };
}
