import { describe, expect, it } from "@jest/globals";
import { cancelBatch } from "../../src/batches/cancel-batch.ts";
import { regenerateItem } from "../../src/batches/regenerate-item.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { createBatchScene } from "../support/batch-scene.ts";
import { createBatchSite } from "../support/batch-site.ts";
import { echoProfile } from "../support/profiles.ts";

/** What is written of an item that runs again before its job begins: see `regenerate-item.test.ts`. */
const THE_ITEM = 4;

describe("the job at the end of a batch", () => {
  it.each([
    ["fails the first time", "bad at first"],
    ["could not even begin", { $from: "*" }],
  ])("can be run again under its name, where it %s", async (_, text) => {
    let isGood = false;
    const scene = await createBatchScene({
      profiles: [
        echoProfile(async ({ payload }) => {
          if (payload.text.startsWith("bad") && !isGood) throw new MillraceError("PDF_ENCRYPTED", "Locked");
          return payload;
        }),
      ],
    });
    const last = { job_type: "echo", payload: { text } };
    const batchId = await scene.accepted([{ key: "a" }], { finally: last });
    await scene.settle();
    expect(await scene.view(batchId)).toMatchObject({ status: "failed", finally: { status: "failed" } });
    isGood = true;
    const again = await scene.request("POST", `/api/batches/${batchId}/items/finally/regenerate`);
    expect(again.status).toBe(202);
    await scene.settle();
    const status = typeof text === "string" ? "completed" : "failed";
    expect(await scene.view(batchId)).toMatchObject({ status, finally: { status }, counts: { completed: 1 } });
    expect(await scene.app.items.isMarked("active", batchId)).toBe(false);
  });

  it("is begun again by the supervisor's ring where who asked died, and cancelled with its batch", async () => {
    for (const isCancelled of [false, true]) {
      const site = await createBatchSite();
      const ref = await site.submit([{ key: "a" }], {
        finally: { jobType: "echo", wishes: {}, payload: { text: "last" } },
      });
      await site.settle();
      await site.withFault("death after", THE_ITEM, async (app) => {
        await regenerateItem(app, { ref, key: "finally", dependents: "keep" });
      });
      if (isCancelled) await cancelBatch(site.app, ref);
      await site.finish(ref);
      expect((await site.app.batches.require(ref)).batch.phase).toBe(isCancelled ? "cancelled" : "completed");
      expect(site.begun).toEqual(isCancelled ? ["a", "last"] : ["a", "last", "last"]);
    }
  });

  it("has a name that no item may have, and none where it was not wanted", async () => {
    const scene = await createBatchScene();
    expect((await scene.submit([{ key: "finally" }])).json).toMatchObject({
      status: 422,
      errors: [{ pointer: "/items/0/key" }],
    });
    const batchId = await scene.accepted([{ key: "a" }]);
    await scene.settle();
    expect((await scene.request("POST", `/api/batches/${batchId}/items/finally/regenerate`)).status).toBe(404);
  });
});
