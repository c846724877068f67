import { describe, expect, it } from "@jest/globals";
import type { BatchRef } from "../../src/batches/batch.ts";
import { BATCH_QUEUE, createBatchSite } from "../support/batch-site.ts";
import type { BatchSite } from "../support/batch-site.ts";

/** More than are read one by one, so that each edge has a row. */
const PARENTS = 33;
/** More than one transaction takes the edges of. */
const CHILDREN = 50;

describe("commitEnd()", () => {
  it.each(["death before", "death after", "conflict"] as const)(
    "has every child released, however many wait for many, whatever write of it meets a fault: %s",
    async (kind) => {
      for (let nth = 3; nth <= 5; nth++) {
        const site = await createBatchSite();
        const ref = await site.submit(wideItems());
        await site.deliver(site.app, BATCH_QUEUE);
        await workOnAllButOne(site);
        await site.withFault(kind, nth, async (app) => site.deliver(app, "job-requests"));
        await site.finish(ref);
        expect(await statesOf(site, ref)).toEqual(new Set(["completed"]));
        expect((await site.app.batches.require(ref)).batch.phase).toBe("completed");
      }
    },
    60_000,
  );
});

function wideItems() {
  const parents = Array.from({ length: PARENTS }, (_, index) => `p${index}`);
  const children = Array.from({ length: CHILDREN }, (_, index) => ({ key: `c${index}`, dependsOn: parents }));
  return [...parents.map((key) => ({ key })), ...children];
}

/** One delivery hands out 32 messages: one is left. */
async function workOnAllButOne(site: BatchSite): Promise<void> {
  expect(await site.deliver(site.app, "job-requests")).toBe(PARENTS - 1);
}

async function statesOf({ app }: BatchSite, { batchId }: BatchRef): Promise<Set<string>> {
  return new Set((await app.items.states(batchId)).map(({ state }) => state));
}
