import type { App } from "../../../src/app.ts";
import { hasEnded } from "../../../src/batches/item-states.ts";
import type { ItemStore, StoredItem } from "../../../src/batches/item-store.ts";
import type { Item } from "../../../src/batches/item.ts";
import { activeMark } from "../../../src/batches/marks.ts";
import { startItem } from "../../../src/batches/start-item.ts";
import { newId, newOperationId } from "../../../src/platform/ids.ts";
import { WORKSPACE, TRACEPARENT } from "../actors/client/caller.ts";
import { AS_IT_IS } from "../actors/site.ts";
import type { Variant } from "../actors/site.ts";
import { createCounters } from "./counters.ts";
import { withItems, withJobs, withoutConditions, withoutParts } from "./variants.ts";

export const BATCH_MUTANTS = {
  /** Counts down for each parent that has ended, and releases at nought: who dies and does it again counts twice. */
  "batch-counter": withItems((items, { storage }) => {
    const counters = createCounters(storage.batches);
    return {
      ...items,
      async linksOf(item) {
        const links = await items.linksOf(item);
        if (hasEnded(item.state))
          for (const index of links.children) await counters.add({ ...item, index }, "ended parents");
        if (item.state !== "blocked") return links;
        const isOpen = (await counters.read(item, "ended parents")) < links.parents.length;
        // Waits for itself; or for nobody but those who have ended, so that these decide whether it is skipped.
        return { ...links, parents: isOpen ? [item.index] : await endedParents(items, item, links.parents) };
      },
    };
  }),

  /** Makes the job, and rings, before it is written that the item may have one. */
  "batch-job-first": withItems((items, app) => ({
    ...items,
    async save(changed, beside) {
      for (const { item } of changed) if (item.state === "released") await startItem(app, originOf(item), { item });
      return items.save(changed, beside);
    },
  })),

  /** Leaves no row for who dies between the end of a job and what follows from it. */
  "batch-no-hand-off": { ...AS_IT_IS, request: withoutParts(/RowKey='due(\||%7C)[^']*(\||%7C)op_/) },

  /** Looks which parents have ended before its own end is written: of two at once, neither sees the other. */
  "batch-derive-first": {
    ...AS_IT_IS,
    app(app) {
      const later = new Map<string, () => Promise<unknown>>();
      const items: ItemStore = {
        ...app.items,
        async save(changed, beside) {
          const ending = endingOf(changed);
          if (!ending) return app.items.save(changed, beside);
          later.set(keyOf(ending.item), async () => app.items.save(changed, beside));
          return ending.etag;
        },
      };
      const handOffs: App["handOffs"] = {
        ...app.handOffs,
        async drop(name) {
          const writes = [...later.values()];
          later.clear();
          for (const write of writes) await write();
          await app.handOffs.drop(name);
        },
      };
      return { ...app, items, handOffs };
    },
  },

  /** Says that nobody is at work on an item any more when its job has ended, and not when what waits for it has begun. */
  "batch-unmark-first": withItems((items) => ({
    ...items,
    async save(changed, beside = {}) {
      const ending = endingOf(changed);
      const marks = ending ? [activeMark(ending.item)] : [];
      const others = (beside.remove ?? []).filter(({ rowKey }) => rowKey !== marks[0]?.rowKey);
      return items.save(changed, { ...beside, remove: [...others, ...marks] });
    },
  })),

  /** Skips an item when the first of its parents fails, though others are still at work. */
  "batch-skip-early": withItems((items) => ({
    ...items,
    async linksOf(item) {
      const links = await items.linksOf(item);
      if (item.state !== "blocked" || item.policy !== "skip_dependents") return links;
      const bad = await badParent(items, item, links.parents);
      return bad === undefined ? links : { ...links, parents: [bad] };
    },
  })),

  /** Ends the batch when it has counted as many ends as there are items. */
  "batch-end-by-count": withItems((items, { storage }) => {
    const counters = createCounters(storage.batches);
    return {
      ...items,
      async linksOf(item) {
        if (hasEnded(item.state)) await counters.add({ ...item, index: OF_ALL }, "ended items");
        return items.linksOf(item);
      },
      async isMarked(kind, batchId, child) {
        if (kind !== "active") return items.isMarked(kind, batchId, child);
        const count = await counters.read({ batchId, index: OF_ALL }, "ended items");
        return count < (await items.states(batchId)).length;
      },
    };
  }),

  /** Writes items whatever somebody else has written meanwhile. */
  "batch-no-fence": {
    ...AS_IT_IS,
    request: (request) => (request.body.includes("millracebatches") ? withoutConditions(request) : request),
  },

  /** Makes up a new id for the job of an item whenever it makes one. */
  "batch-new-ids": withJobs((jobs) => ({
    ...jobs,
    async create(job, record) {
      if (!job.batch) return jobs.create(job, record);
      const jobId = newId("job", job.createdAt);
      return jobs.create({ ...job, jobId, operationId: newOperationId(jobId) }, record);
    },
  })),
} as const satisfies Record<string, Variant>;

/** The place of what is counted for a whole batch: no item has it. */
const OF_ALL = 99_998;

/** The one item that comes to its end by this write, if it is one. */
function endingOf([first, ...others]: readonly StoredItem[]): StoredItem | undefined {
  return first && others.length === 0 && hasEnded(first.item.state) ? first : undefined;
}

async function endedParents(items: ItemStore, { batchId }: Item, parents: readonly number[]): Promise<number[]> {
  const stored = await Promise.all(parents.map(async (index) => items.require({ batchId, index })));
  return stored.flatMap(({ item }) => (hasEnded(item.state) ? [item.index] : []));
}

async function badParent(items: ItemStore, { batchId }: Item, parents: readonly number[]): Promise<number | undefined> {
  const stored = await Promise.all(parents.map(async (index) => items.require({ batchId, index })));
  return stored.find(({ item: { state } }) => hasEnded(state) && state !== "completed")?.item.index;
}

function originOf({ batchId }: Item): Parameters<typeof startItem>[1] {
  return { workspaceId: WORKSPACE, batchId, traceparent: TRACEPARENT };
}

function keyOf({ batchId, index }: Item): string {
  return `${batchId} ${index}`;
}
