import { describe, expect, it } from "@jest/globals";
import { regenerateItem } from "../../src/batches/regenerate-item.ts";
import { createBatchScene } from "../support/batch-scene.ts";
import { createBatchSite } from "../support/batch-site.ts";

/** Of three bytes each, and in JSON within JSON even more. */
const wide = (count: number) => '漢\\"'.repeat(count);

describe("a batch of large items", () => {
  it("keeps every transaction within four megabytes, whatever the characters are, and runs all of them", async () => {
    const scene = await createBatchScene();
    const metadata = Object.fromEntries(
      Array.from({ length: 16 }, (_, index) => [`m${index}`.padEnd(100, "x"), "漢".repeat(512)]),
    );
    const items = Array.from({ length: 45 }, (_, index) => ({
      ...{ key: `k${index}`, metadata },
      payload: { text: wide(index % 2 === 0 ? 2_000 : 20_000) },
    }));
    const batchId = await scene.accepted(items);
    await scene.settle();
    expect(await scene.view(batchId)).toMatchObject({ status: "completed", counts: { completed: 45 } });
    expect(scene.begun.sort()).toEqual(items.map(({ payload }) => payload.text).sort());
  }, 60_000);

  it("takes results of more items in one payload than a column would have names for", async () => {
    const site = await createBatchSite();
    const keys = Array.from({ length: 240 }, (_, index) => `p${index}`.padEnd(128, "x"));
    const places = Object.fromEntries(keys.map((key) => [key, { $from: key, path: "/text" }]));
    const echo = { jobType: "echo", wishes: {} } as const;
    const ref = await site.submit([], {
      items: [
        ...keys.map((key) => ({ key, dependsOn: [], ...echo, payload: { text: "x" } })),
        { key: "child", dependsOn: keys, ...echo, payload: { text: places } },
      ],
    });
    await site.settle();
    // An object is no text: that it is said so shows that it was filled in and looked at.
    const child = (await site.app.items.require({ ...ref, index: 240 })).item;
    expect(child).toMatchObject({ state: "failed", error: { code: "VALIDATION_FAILED" } });
  }, 60_000);

  it("knows what a large result is without reading it again", async () => {
    const site = await createBatchSite();
    const ref = await site.submit([
      { key: "a", text: wide(20_000) },
      { key: "b", dependsOn: ["a"] },
    ]);
    const { content } = site.app;
    const read: string[] = [];
    const get: typeof content.get = async (name) => {
      read.push(name);
      return content.get(name);
    };
    Object.assign(site.app, { content: { ...content, get } });
    await site.settle();
    const { item } = await site.app.items.require({ ...ref, index: 0 });
    expect(item).toMatchObject({ state: "completed", outputDigest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(read.filter((name) => name.startsWith("artifacts/"))).toEqual([]);
    await regenerateItem(site.app, { ref, key: "a", dependents: "rerun_changed" });
    await site.settle();
    const standings = await site.app.items.states(ref.batchId);
    expect(standings.map(({ state, run }) => `${state} ${run}`)).toEqual(["completed 2", "completed 1"]);
  }, 60_000);
});
