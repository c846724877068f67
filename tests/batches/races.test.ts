import { beforeAll, describe, expect, it } from "@jest/globals";
import { jobIdOf } from "../../src/batches/item.ts";
import { envelopeOf } from "../../src/jobs/store/dispatch.ts";
import { receiveMessage } from "../../src/jobs/work/receive-message.ts";
import { createBatchScene } from "../support/batch-scene.ts";
import type { BatchScene } from "../support/batch-scene.ts";

const ROUNDS = 100;
const PARENTS = 8;

describe("parents that end at the same time", () => {
  let scene: BatchScene;
  beforeAll(async () => {
    scene = await createBatchScene();
  });

  it("have their child begun once, round after round (R-114, P16)", async () => {
    const parents = Array.from({ length: PARENTS }, (_, index) => ({ key: `p${index}` }));
    const items = [...parents, { key: "child", depends_on: parents.map(({ key }) => key) }];
    for (let round = 0; round < ROUNDS; round++) {
      scene.begun.length = 0;
      const batchId = await scene.accepted(items);
      await scene.deliver("batch-requests");
      const jobs = await Promise.all(
        parents.map(async (_, index) =>
          scene.app.jobs.require({ workspaceId: "default", jobId: jobIdOf({ batchId, index }) }),
        ),
      );
      await scene.drop("job-requests");
      const setAside = async (): Promise<never> => Promise.reject(new Error("set aside"));
      await Promise.all(jobs.map(async ({ job }) => receiveMessage({ ...scene.app, setAside }, envelopeOf(job))));
      expect(await scene.countMessages("job-requests")).toBe(1); // For the child, from whoever won.
      await scene.settle();
      expect(scene.begun.filter((text) => text === "child")).toHaveLength(1);
      expect(await scene.view(batchId)).toMatchObject({ status: "completed", counts: { completed: PARENTS + 1 } });
      const { json } = await scene.request("GET", `/api/batches/${batchId}/history`);
      const events = (json["value"] as { readonly event: string }[]).map(({ event }) => event);
      expect(events).toEqual(["completed", "opened", "loaded", "accepted"]);
    }
  }, 300_000);
});
