import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Priority } from "../../../src/contract/submit-request.ts";
import { createPermits } from "../../../src/jobs/work/permits.ts";

const NEVER = new AbortController().signal;
const turnOfEventLoop = async () => new Promise((resolve) => setImmediate(resolve));

describe("createPermits()", () => {
  it("lets as many in as it has permits, and the next when one is given back, once", async () => {
    const permits = createPermits({ total: 2, reserved: 0 });
    const [first] = [await permits.take("normal", NEVER), await permits.take("normal", NEVER)];
    const waiting: number[] = [];
    for (const number of [1, 2]) void permits.take("normal", NEVER).then(() => waiting.push(number));
    await turnOfEventLoop();
    expect(waiting).toEqual([]);
    first?.giveBack();
    first?.giveBack();
    await turnOfEventLoop();
    expect(waiting).toEqual([1]);
  });

  it("keeps a permit for the high priority, and one at least for all", async () => {
    const permits = createPermits({ total: 2, reserved: 1 });
    await permits.take("low", NEVER);
    let isIn = false;
    void permits.take("normal", NEVER).then(() => (isIn = true));
    expect(await permits.take("high", NEVER)).toBeDefined();
    expect(isIn).toBe(false);
    expect(await createPermits({ total: 1, reserved: 5 }).take("low", NEVER)).toBeDefined();
  });

  it("lets whoever waits go when the signal fires, and gives its permit to nobody", async () => {
    const permits = createPermits({ total: 1, reserved: 0 });
    const ending = new AbortController();
    const held = await permits.take("normal", NEVER);
    const leaving = permits.take("normal", ending.signal);
    const staying = permits.take("normal", NEVER);
    ending.abort();
    expect(await leaving).toBeUndefined();
    expect(await permits.take("high", ending.signal)).toBeUndefined();
    held?.giveBack();
    expect(await staying).toBeDefined();
  });

  it("never lets more work at once than it may, whatever comes, leaves or throws, and loses no permit (R-054)", async () => {
    const job = fc.record({
      priority: fc.constantFrom<Priority>("high", "normal", "low"),
      fails: fc.boolean(),
      leaves: fc.boolean(),
    });
    const schedule = fc.record({ total: fc.integer({ min: 1, max: 4 }), jobs: fc.array(job, { maxLength: 40 }) });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), schedule, async (scheduler, { total, jobs }) => {
        const permits = createPermits({ total, reserved: 1 });
        let atWork = 0;
        const works = jobs.map(async ({ priority, fails, leaves }, index) => {
          const ending = new AbortController();
          await scheduler.schedule(Promise.resolve(), `arrives ${index}`);
          if (leaves)
            void scheduler.schedule(Promise.resolve(), `leaves ${index}`).then(() => {
              ending.abort();
            });
          const permit = await permits.take(priority, ending.signal);
          if (!permit) return;
          try {
            expect(++atWork).toBeLessThanOrEqual(total);
            await scheduler.schedule(Promise.resolve(), `works ${index}`);
            if (fails) throw new Error("no");
          } finally {
            atWork--;
            permit.giveBack();
            permit.giveBack();
          }
        });
        const all = Promise.allSettled(works);
        await scheduler.waitFor(all);
        for (const result of await all)
          if (result.status === "rejected") expect(result.reason).toEqual(new Error("no"));
        for (let count = 0; count < total; count++) expect(await permits.take("high", NEVER)).toBeDefined();
      }),
      { numRuns: 200 },
    );
  });
});
