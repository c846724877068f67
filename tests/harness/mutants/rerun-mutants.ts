import type { App } from "../../../src/app.ts";
import { hasEnded } from "../../../src/batches/item-states.ts";
import type { ItemStore, StoredItem } from "../../../src/batches/item-store.ts";
import type { Item } from "../../../src/batches/item.ts";
import { AS_IT_IS } from "../actors/site.ts";
import type { Variant } from "../actors/site.ts";
import { withItems } from "./variants.ts";

/** What runs again, because somebody wants that or because of what does, and what does not. */
export const RERUN_MUTANTS = {
  /** Leaves the batch as it has ended when an item of it runs again. */
  "batch-not-reopened": { ...AS_IT_IS, app: (app) => ({ ...app, batches: withoutReopening(app.batches) }) },

  /** Has nothing run again behind what does. */
  "batch-passes-nothing-on": withItems((items) => savingItems(items, ({ passesOn: _passes, ...item }) => item)),

  /** Has everything run again behind what does, whether that came to something else or not. */
  "batch-passes-all-on": withItems((items) => savingItems(items, ({ inputDigest: _input, ...item }) => item)),

  /** Takes `keep` for `rerun_changed`. */
  "batch-keeps-nothing": withItems((items) =>
    savingItems(items, (item) => ({ ...item, ...(item.isRerun && { passesOn: true }) })),
  ),

  /** Leaves an item as it has ended when its job has begun anew by itself. */
  "batch-follows-nobody": withItems((items) => ({
    ...items,
    async save(changed, beside) {
      const [{ item, etag }, ...others] = changed;
      const { item: before } = await items.require(item);
      const follows = others.length === 0 && hasEnded(before.state) && hasEnded(item.state) && item.run > before.run;
      return follows ? etag : items.save(changed, beside);
    },
  })),
} as const satisfies Record<string, Variant>;

function savingItems(items: ItemStore, change: (item: Item) => Item): ItemStore {
  const changed = ({ item, etag }: StoredItem) => ({ item: change(item), etag });
  return {
    ...items,
    save: async ([first, ...others], beside) => items.save([changed(first), ...others.map(changed)], beside),
  };
}

function withoutReopening(batches: App["batches"]): App["batches"] {
  return {
    ...batches,
    save: async (batch, stored) =>
      batch.last.event === "reopened" ? { ...stored, batch } : batches.save(batch, stored),
  };
}
