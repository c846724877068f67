import { describe, expect, it } from "@jest/globals";
import { advanceBatch } from "../../src/batches/advance-batch.ts";
import { toBatchLine } from "../../src/batches/batch-line.ts";
import { cancelBatch } from "../../src/batches/cancel-batch.ts";
import { submitBatch } from "../../src/batches/submit-batch.ts";
import type { SubmitBatchCommand } from "../../src/batches/submit-batch.ts";
import { mapAtOnce } from "../../src/platform/at-once.ts";
import { daysAfter } from "../../src/platform/clock.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { createBatchSite } from "../support/batch-site.ts";
import { TRACEPARENT } from "../support/echo-jobs.ts";

const COMMAND: SubmitBatchCommand = {
  workspaceId: "default",
  policy: "skip_dependents",
  traceparent: TRACEPARENT,
  items: [{ key: "a", dependsOn: [], jobType: "echo", wishes: {}, payload: { text: "a" } }],
};

describe("submitBatch()", () => {
  it("makes another batch under a key whose batch is going, and leaves the key to that one", async () => {
    const site = await createBatchSite();
    const keyed = { ...COMMAND, idempotencyKey: "nightly" };
    const { batch: first } = await submitBatch(site.app, keyed);
    await site.finish(first);
    site.now = daysAfter(site.now, 31);
    // Its row says that it goes, and nothing is removed yet.
    expect(await site.withFault("death after", 1, async (app) => advanceBatch(app, first))).toBe(true);
    expect((await site.app.batches.get(first))?.batch.phase).toBe("gone");

    const second = await submitBatch(site.app, keyed);
    expect(second.replayed).toBe(false);
    expect((await site.app.batches.require(second.batch)).batch.phase).toBe("loading");
    await advanceBatch(site.app, first);
    expect(await site.app.batches.get(first)).toBeUndefined();
    expect(await submitBatch(site.app, keyed)).toMatchObject({
      batch: { batchId: second.batch.batchId },
      replayed: true,
    });
  });

  it("goes with all lines of its history, however many there are", async () => {
    const site = await createBatchSite();
    const { batch } = await submitBatch(site.app, COMMAND);
    await site.finish(batch);
    const { jobs } = site.app.storage;
    const lines = Array.from({ length: 1_050 }, (_, index) =>
      toBatchLine({ ...batch, last: { ...batch.last, version: 100 + index } }),
    );
    await mapAtOnce(lines, 16, async (line) => jobs.create(line));
    site.now = daysAfter(site.now, 31);
    await advanceBatch(site.app, batch);
    expect(await site.app.batches.listLines(batch, 10)).toEqual([]);
  }, 60_000);

  it("finds its own batch, though its answer was lost and somebody has written it since", async () => {
    const site = await createBatchSite();
    const create: typeof site.app.batches.create = async (...args) => {
      const stored = await site.app.batches.create(...args);
      await cancelBatch(site.app, stored.batch);
      throw new MillraceError("VERSION_CONFLICT", "It is there");
    };
    const { batch } = await submitBatch({ ...site.app, batches: { ...site.app.batches, create } }, COMMAND);
    expect(await site.app.content.exists(batch.plan)).toBe(true);
    await site.finish(batch);
    expect((await site.app.batches.require(batch)).batch.phase).toBe("cancelled");
  });
});
