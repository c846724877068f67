import { describe, expect } from "@jest/globals";
import type { PlannedBatch } from "../../batches/planned-batch.ts";
import { BATCH_QUEUE_NAME } from "../acts.ts";
import type { Flow } from "../flow.ts";
import { itHoldsWhenKilled } from "../kill-matrix.ts";
import { anItem, putBatchOnStage } from "./batch-on-stage.ts";

/** They take three transactions. */
const ITEMS = 250;

/** One that fails, and so many that wait for it: all are there, or else not all could end. */
const PLAN: PlannedBatch = {
  ...{ name: "load", policy: "fail_fast", hasFinally: false },
  items: Array.from({ length: ITEMS }, (_, index) =>
    index === 0 ? anItem("item-0", [], "refusing") : anItem(`item-${index}`, ["item-0"]),
  ),
};

/** Somebody takes the message that rings for a batch, writes its items and releases what waits for nothing. */
const load: Flow = {
  leastCalls: 9, // Row and document read, three transactions, row; the release, the job and its message, the row.
  async begin(stage) {
    const { statesOf, judge } = await putBatchOnStage(stage, PLAN);
    return {
      order: { act: "receive", input: await stage.successor.take(BATCH_QUEUE_NAME) },
      judge,
      check() {
        const states = Object.values(statesOf());
        const count = (wanted: string) => states.filter((state) => state === wanted).length;
        expect({ all: states.length, failed: count("failed"), cancelled: count("cancelled") }).toEqual({
          ...{ all: ITEMS, failed: 1, cancelled: ITEMS - 1 },
        });
      },
    };
  },
};

describe("K9: the load of a batch of 250 items", () => {
  itHoldsWhenKilled("has the whole batch come out", load);
});
