import type { App } from "../../../src/app.ts";
import type { ItemQuery } from "../../../src/batches/item-store.ts";
import { jobIdOf } from "../../../src/batches/item.ts";
import type { Item } from "../../../src/batches/item.ts";
import { startItem } from "../../../src/batches/start-item.ts";
import { cancelJob } from "../../../src/jobs/cancel.ts";
import { TRACEPARENT, WORKSPACE } from "../actors/client/caller.ts";
import type { Variant } from "../actors/site.ts";
import { withItems } from "./variants.ts";

/** What waits for very many, and what becomes of it all when a batch is stopped. */
export const SWEEP_MUTANTS = {
  /** Takes the first end of many parents for the last. */
  "batch-no-edges": withItems((items) => ({
    ...items,
    isMarked: async (kind, ...place) => kind !== "edge" && items.isMarked(kind, ...place),
  })),

  /** Does not see which of many parents have failed. */
  "batch-no-lacks": withItems((items) => ({
    ...items,
    isMarked: async (kind, ...place) => kind !== "lack" && items.isMarked(kind, ...place),
  })),

  /** Cancels jobs first, and then what is blocked: what is released in between is met by neither. */
  "batch-blocked-last": withItems((items, app) => {
    const swept = new Set<string>();
    return {
      ...items,
      async list(query) {
        const { batchId } = query;
        if (isOfSweep(query, "blocked") && !swept.has(batchId)) {
          swept.add(batchId);
          const released = await items.list({ batchId, state: "released", limit: MOST_ITEMS });
          for (const { item } of released) await cancelAnyhow(app, item);
        }
        if (!isOfSweep(query, "released")) return items.list(query);
        swept.delete(batchId);
        return [];
      },
    };
  }),
} as const satisfies Record<string, Variant>;

const MOST_ITEMS = 1_000;

/** Nobody else asks for all that is blocked, or released. */
function isOfSweep({ state, isRoot, isRerun }: ItemQuery, wanted: "blocked" | "released"): boolean {
  return state === wanted && isRoot === undefined && isRerun === undefined;
}

async function cancelAnyhow(app: App, item: Item): Promise<void> {
  const origin = { workspaceId: WORKSPACE, batchId: item.batchId, traceparent: TRACEPARENT };
  await startItem(app, origin, { item, isUrgent: true });
  const ref = { workspaceId: WORKSPACE, jobId: jobIdOf(item) };
  await cancelJob(app, { ref, actor: "client" }).catch(() => undefined);
}
