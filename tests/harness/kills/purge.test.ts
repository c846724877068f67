import { describe, expect } from "@jest/globals";
import { submitFailedJob } from "./failed-job.ts";
import { itHoldsWhenKilled } from "./kill-matrix.ts";
import { readRemains } from "./remains.ts";
import type { Stage } from "./stage.ts";

const DAY_MS = 24 * 3_600_000;
/** Longer than any record is kept by default, and than its tombstone is. */
const DAYS = 200;

/** One job that is done, with a key and blobs of every kind; and one that has failed, with its letter. */
async function leaveBehind(stage: Stage): Promise<void> {
  const { client, successor } = stage;
  await successor.submit(client.newRequest({ withKey: true, isLarge: true }));
  await successor.work(await successor.take());
  await submitFailedJob(stage);
}

describe("K13: a sweep of the supervisor that lets records go", () => {
  itHoldsWhenKilled("lets all go that belongs to them, in the end", {
    leastCalls: 8,
    async begin(stage) {
      const { successor, account } = stage;
      await leaveBehind(stage);
      expect(stage.jobs().map(({ phase }) => phase)).toEqual(["done", "failed"]);
      successor.passDays(DAYS);
      return {
        order: { act: "supervise", input: null },
        aheadMs: DAYS * DAY_MS,
        async check() {
          expect(stage.jobs()).toEqual([]);
          successor.passDays(DAYS);
          await successor.sweep();
          expect(await readRemains(account)).toEqual({ rows: [], blobs: [], messages: 0 });
        },
      };
    },
  });
});
