import { describe, expect } from "@jest/globals";
import { jobIdOf } from "../../../../src/batches/item.ts";
import type { PlannedBatch } from "../../batches/planned-batch.ts";
import { BATCH_QUEUE_NAME } from "../acts.ts";
import type { TakenMessage } from "../acts.ts";
import type { Flow } from "../flow.ts";
import { itHoldsWhenKilled } from "../kill-matrix.ts";
import type { Stage } from "../stage.ts";
import { anItem, putBatchOnStage } from "./batch-on-stage.ts";

/** A diamond, and a chain behind it. */
const PLAN: PlannedBatch = {
  ...{ name: "kite", policy: "skip_dependents", hasFinally: false },
  items: [
    anItem("top"),
    anItem("left", ["top"]),
    anItem("right", ["top"]),
    anItem("bottom", ["left", "right"]),
    anItem("tail", ["bottom"]),
    anItem("end", ["tail"]),
  ],
};
const COMPLETED = Object.fromEntries(PLAN.items.map(({ key }) => [key, "completed"]));

/** A worker takes the message of this item's job, and brings the job to its end, and what follows from it on its way. */
function endOf(key: string, leastCalls: number): Flow {
  return {
    leastCalls,
    async begin(stage) {
      const { batchId, statesOf, judge } = await putBatchOnStage(stage, PLAN);
      const { successor } = stage;
      const load = await successor.take(BATCH_QUEUE_NAME);
      await successor.work(load);
      await successor.lose(load);
      const index = PLAN.items.findIndex((item) => item.key === key);
      return {
        order: { act: "receive", input: await takeMessageOf(stage, jobIdOf({ batchId, index })) },
        judge,
        check() {
          expect(statesOf()).toEqual(COMPLETED);
        },
      };
    },
  };
}

/** Works on all that come before it. */
async function takeMessageOf({ successor }: Stage, jobId: string): Promise<TakenMessage> {
  for (;;) {
    const message = await successor.take();
    if (message.text.includes(jobId)) return message;
    await successor.work(message);
    await successor.lose(message);
  }
}

describe("K8: the end of an item that two wait for", () => {
  itHoldsWhenKilled("is handed on once", endOf("top", 12));
});

describe("K8: the end of the second of two that one waits for", () => {
  itHoldsWhenKilled("is handed on once", endOf("right", 10));
});

describe("K8: the end of the last item of a batch", () => {
  itHoldsWhenKilled("is that of the batch, once", endOf("end", 8));
});
