import { describe, expect, it } from "@jest/globals";
import { endIfOver } from "../../src/batches/end-batch.ts";
import type { ItemStore } from "../../src/batches/item-store.ts";
import { createBatchScene } from "../support/batch-scene.ts";

describe("endIfOver()", () => {
  it("does not end a batch whose last job began since it saw nobody at work", async () => {
    const scene = await createBatchScene();
    const { app } = scene;
    const last = { job_type: "echo", payload: { text: "last" } };
    const ref = { workspaceId: "default", batchId: await scene.accepted([{ key: "only" }], { finally: last }) };
    const phase = async () => (await app.batches.require(ref)).batch.phase;
    await scene.deliver("batch-requests");
    await scene.deliver("job-requests");
    expect(await phase()).toBe("finishing");

    let hasBegun = false;
    const isMarked: ItemStore["isMarked"] = async (kind, ...where) => {
      const marked = await app.items.isMarked(kind, ...where);
      if (kind === "active" && !hasBegun) {
        hasBegun = true;
        await scene.deliver("batch-requests");
        expect(await scene.countMessages("job-requests")).toBe(1);
      }
      return marked;
    };
    await endIfOver({ ...app, items: { ...app.items, isMarked } }, ref);
    expect({ hasBegun, phase: await phase() }).toEqual({ hasBegun: true, phase: "finishing" });

    await scene.settle();
    expect(await phase()).toBe("completed");
  });
});
