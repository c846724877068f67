import { describe, expect, it } from "@jest/globals";
import { cancelBatch } from "../../src/batches/cancel-batch.ts";
import type { ItemQuery } from "../../src/batches/item-store.ts";
import { BATCH_QUEUE, createBatchSite } from "../support/batch-site.ts";
import type { BatchSite } from "../support/batch-site.ts";

/** Behind which item each look for blocked ones begins, from now on. */
function looksOf({ app }: BatchSite): (number | undefined)[] {
  const looks: (number | undefined)[] = [];
  const { items } = app;
  const list = async (query: ItemQuery) => {
    if (query.state === "blocked") looks.push(query.behind);
    return items.list(query);
  };
  Object.assign(app, { items: { ...items, list } });
  return looks;
}

const many = (dependsOn: readonly string[]) =>
  Array.from({ length: 100 }, (_, index) => ({ key: `k${index}`, dependsOn }));

describe("a walk through all items of a batch", () => {
  it("releases what depends on nothing without looking twice at what is released", async () => {
    const site = await createBatchSite();
    const looks = looksOf(site);
    const ref = await site.submit(many([]));
    await site.deliver(site.app, BATCH_QUEUE);
    expect(looks).toEqual([undefined, 39, 79, 99]);
    const states = (await site.app.items.states(ref.batchId)).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(["released"]));
  });

  it("cancels what is blocked without looking twice at what is cancelled, but for a last look at all", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([{ key: "root" }, ...many(["root"])]);
    await site.deliver(site.app, BATCH_QUEUE);
    const looks = looksOf(site);
    await cancelBatch(site.app, ref);
    await site.deliver(site.app, BATCH_QUEUE);
    expect(looks.slice(0, 5)).toEqual([undefined, 40, 80, 100, undefined]);
    const states = (await site.app.items.states(ref.batchId)).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(["cancelled"]));
  });
});
