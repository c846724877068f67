import { describe, expect, it } from "@jest/globals";
import { loadItems } from "../../src/batches/load-items.ts";
import { edgeMark } from "../../src/batches/marks.ts";
import { createBatchScene } from "../support/batch-scene.ts";

/** Their edges to one child take transactions in which there is nothing else. */
const PARENTS = 250;

describe("loadItems()", () => {
  it("brings nothing back that has gone since, when somebody is late to write the same once more", async () => {
    const scene = await createBatchScene();
    const parents = Array.from({ length: PARENTS }, (_, index) => ({ key: `parent-${index}` }));
    const batchId = await scene.accepted([...parents, { key: "child", depends_on: parents.map(({ key }) => key) }]);
    const { app } = scene;
    const { batch } = await app.batches.require({ workspaceId: "default", batchId });
    await loadItems(app, batch);
    const child = { batchId, index: PARENTS };
    const marks = parents.map((_, index) => edgeMark(child, index));
    for (let from = 0; from < PARENTS; from += 100) await app.storage.batches.clear(marks.slice(from, from + 100));
    await loadItems(app, batch);
    expect(await app.items.isMarked("edge", batchId, PARENTS)).toBe(false);
  });
});
