import { describe, expect, it } from "@jest/globals";
import { cancelJob } from "../../../src/jobs/cancel.ts";
import { checkConsistency } from "../../../src/operations/check-consistency.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import { createShutdown } from "../../../src/platform/shutdown.ts";
import { createGate } from "../../harness/kills/gate.ts";
import { ledJob } from "../../support/led-job.ts";
import type { LedTestJob } from "../../support/led-job.ts";
import { partsProfile } from "../../support/parts-profile.ts";
import { collectLog } from "../../support/sinks.ts";
import { createTestApp } from "../../support/test-app.ts";

const DONE = { outcome: "done" };
const STOP = { outcome: "stop" };
const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`).join(" ");

async function opened(...args: Parameters<typeof ledJob>): Promise<LedTestJob> {
  const job = await ledJob(...args);
  await job.call("split", "task");
  await job.call("shout", "open-map");
  return job;
}

async function rows({ test }: LedTestJob): Promise<number> {
  let count = 0;
  for (const partition of Array.from({ length: 16 }, (_, shard) => String(shard).padStart(2, "0"))) {
    const filter = `PartitionKey eq '${partition}' and RowKey gt 'part|' and RowKey lt 'part}'`;
    count += (await test.app.storage.jobs.list({ filter, limit: 1000 })).length;
  }
  return count;
}

describe("runStep() of a map", () => {
  it("opens it with a part for each item, works on each, and closes it with what they returned, in order", async () => {
    const job = await ledJob(partsProfile(), { text: words(90) });
    await job.call("split", "task");
    expect(await job.call("shout", "open-map")).toEqual({ outcome: "open", parts: 90 });
    expect(await rows(job)).toBe(90);
    expect((await job.current()).progress).toMatchObject({ step: "shout", message: "0 of 90" });
    for (let index = 89; index >= 0; index--) expect(await job.call("shout", "part", index)).toEqual(DONE);
    expect(await job.call("shout", "close-map")).toEqual(DONE);
    await job.call("join", "task");
    const text = words(90).toUpperCase();
    expect(await job.current()).toMatchObject({ phase: "done", result: { inline: { text } } });
    expect(await rows(job)).toBe(0);
  });

  it("opens a map once, whoever asks, and goes on from what another has left of it", async () => {
    const job = await ledJob(partsProfile(), { text: words(90) });
    await job.call("split", "task");
    const { storage, parts } = job.test.app;
    let transactions = 0;
    const dying = {
      ...parts,
      open: async (...args: Parameters<typeof parts.open>) => {
        const [map, all] = args;
        transactions += 1;
        await parts.open(map, all.slice(0, 40)); // and then the process dies
        throw new MillraceError("STORAGE_UNAVAILABLE", "dead");
      },
    };
    const app = { ...job.test.app, storage, parts: dying };
    await expect(Promise.race([job.callBy(app, "shout", "open-map"), untilRows(job, 40)])).resolves.toBeDefined();
    expect(transactions).toBeGreaterThan(0);
    expect(await job.call("shout", "open-map")).toEqual({ outcome: "open", parts: 90 });
    expect(await job.call("shout", "open-map")).toEqual({ outcome: "open", parts: 90 });
    expect(await rows(job)).toBe(90);
    await cancelJob(job.test.app, { ref: job.ref, actor: "client" }); // for the dying process to end, too
  });

  it("makes an empty list of no items", async () => {
    const job = await opened(partsProfile(), { text: " " });
    expect(await job.call("shout", "close-map")).toEqual(DONE);
    await job.call("join", "task");
    expect(await job.current()).toMatchObject({ phase: "done", result: { inline: { text: "" } } });
  });

  it("keeps items and outputs that are too large for a row", async () => {
    const large = "y".repeat(40_000);
    const job = await opened(
      partsProfile(async ({ item }) => item.toUpperCase()),
      { text: `a ${large}` },
    );
    await job.call("shout", "part", 0);
    await job.call("shout", "part", 1);
    await job.call("shout", "close-map");
    await job.call("join", "task");
    const { json } = await job.test.request("GET", `/api/jobs/${job.ref.jobId}`);
    expect(json["result"]).toMatchObject({ text: `A ${large.toUpperCase()}` });
  });

  it("tries a part again alone, and counts its tries in its own row", async () => {
    const asked: string[] = [];
    const job = await opened(
      partsProfile(async ({ item }) => {
        asked.push(item);
        if (item === "two" && asked.length < 4) throw new Error("odd");
        return item;
      }),
    );
    const again = { outcome: "again", afterMs: expect.any(Number) };
    expect([await job.call("shout", "part", 1), await job.call("shout", "part", 1)]).toEqual([again, again]);
    expect([await job.call("shout", "part", 0), await job.call("shout", "part", 1)]).toEqual([DONE, DONE]);
    expect(asked).toEqual(["two", "two", "one", "two"]);
    expect(await job.current()).toMatchObject({ phase: "processing", attempt: 1, steps: [{}, { attempt: 1 }, {}] });
  });

  it("takes one outcome of two calls that work on the same part", async () => {
    const gate = createGate();
    let calls = 0;
    const job = await opened(
      partsProfile(async () => {
        const nth = ++calls;
        if (nth === 1) await gate.opened;
        return `${nth}`;
      }),
      { text: "one" },
    );
    const first = job.call("shout", "part", 0);
    while (calls === 0) await job.current(); // Each turn is a request.
    expect(await job.call("shout", "part", 0)).toEqual(DONE);
    gate.open();
    expect(await first).toEqual(DONE);
    expect(await job.call("shout", "part", 0)).toEqual(DONE);
    expect(calls).toBe(2);
    await job.call("shout", "close-map");
    await job.call("join", "task");
    expect(await job.current()).toMatchObject({ result: { inline: { text: "2" } } });
  });

  it("ends the job with the part that fails for good, and says which", async () => {
    const job = await opened(
      partsProfile(async ({ item, index }) => {
        if (index === 1) throw new MillraceError("PDF_INVALID", "no PDF");
        return item;
      }),
    );
    await job.call("shout", "part", 0);
    expect(await job.call("shout", "part", 1)).toEqual(STOP);
    expect(await job.call("shout", "part", 2)).toEqual(STOP);
    expect(await job.current()).toMatchObject({
      phase: "failed",
      error: { code: "PDF_INVALID", message: 'In part 2 of 3 of step "shout": no PDF' },
      steps: [{}, { status: "failed" }, { status: "pending" }],
    });
    expect(await rows(job)).toBe(0);
  });

  it("ends the job when a part was tried as often as it may be", async () => {
    const job = await opened(partsProfile(async () => Promise.reject(new Error("odd")), { maxAttempts: 2 }));
    expect(await job.call("shout", "part", 0)).toMatchObject({ outcome: "again" });
    expect(await job.call("shout", "part", 0)).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "failed", error: { code: "UNCLASSIFIED" } });
  });

  it("leaves the last try of a part to whoever is at it when the same is asked for twice", async () => {
    const gate = createGate();
    const begun = createGate();
    const job = await opened(
      partsProfile(
        async ({ item }) => {
          begun.open();
          await gate.opened;
          return item;
        },
        { maxAttempts: 1 },
      ),
    );
    const later = (ms: number) => ({ ...job.test.app, clock: { now: () => new Date(Date.now() + ms) } });
    const first = job.call("shout", "part", 0);
    await begun.opened;
    expect(await job.callBy(later(60_000), "shout", "part", 0)).toMatchObject({ outcome: "again" });
    gate.open();
    expect(await first).toEqual(DONE);
  });

  it("takes the last try of a part for lost when its time is over", async () => {
    const begun = createGate();
    const job = await opened(
      partsProfile(
        async () => {
          begun.open();
          return new Promise(() => undefined);
        },
        { maxAttempts: 1 },
      ),
    );
    const dying = job.call("shout", "part", 0);
    await begun.opened;
    const later = { ...job.test.app, clock: { now: () => new Date(Date.now() + 600_000) } };
    expect(await job.callBy(later, "shout", "part", 0)).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "failed", error: { code: "ATTEMPTS_EXHAUSTED" } });
    job.test.app.atWork.tell(job.ref.jobId);
    expect(await dying).toEqual(STOP);
  });

  it("sums up what parts have used without reading what they have made", async () => {
    const job = await opened(partsProfile(async () => Promise.reject(new MillraceError("PDF_INVALID", "no"))));
    const list = async (): Promise<never> => Promise.reject(new Error("all parts are read"));
    const parts = { ...job.test.app.parts, list };
    expect(await job.callBy({ ...job.test.app, parts }, "shout", "part", 0)).toEqual(STOP);
  });

  it("refuses a part that stores under the name of another", async () => {
    const job = await opened(
      partsProfile(async ({ services, item }) => {
        await services.saveArtifact({ name: "same.txt", bytes: Buffer.from(item), contentType: "text/plain" });
        return item;
      }),
    );
    for (const index of [0, 1, 2]) await job.call("shout", "part", index);
    expect(await job.call("shout", "close-map")).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "failed", error: { code: "OUTPUT_INVALID" } });
  });

  it("breaks its parts off when the job is cancelled, and leaves none of them", async () => {
    const begun = createGate();
    const job = await opened(
      partsProfile(async ({ abortSignal }) => {
        begun.open();
        return new Promise((_, reject) => {
          abortSignal.addEventListener("abort", () => {
            reject(new Error("aborted"));
          });
        });
      }),
    );
    const answer = job.call("shout", "part", 0);
    await begun.opened;
    await cancelJob(job.test.app, { ref: job.ref, actor: "client" });
    expect(await answer).toEqual(STOP);
    expect([await job.call("shout", "part", 1), await rows(job)]).toEqual([STOP, 0]);
  });

  it("hands a part on when its process must end, and counts nothing", async () => {
    const begun = createGate();
    const job = await opened(
      partsProfile(async () => {
        begun.open();
        return new Promise(() => undefined);
      }),
    );
    const shutdown = createShutdown({ graceMs: 0 });
    const answer = job.callBy({ ...job.test.app, shutdown }, "shout", "part", 0);
    await begun.opened;
    await shutdown.begin();
    expect(await answer).toEqual({ outcome: "again", afterMs: 0 });
    const { operationId, profileVersion } = await job.current();
    const part = await job.test.app.parts.get({ ...job.ref, operationId, profileVersion, place: 1 }, 0);
    expect(part?.part).toMatchObject({ status: "pending", attempt: 0, uncounted: 1 });
  });

  it("is led by the orchestrators to its end, with more parts than one history holds", async () => {
    let most = 0;
    let now = 0;
    const profile = partsProfile(
      async ({ item }) => {
        most = Math.max(most, (now += 1));
        await new Promise(setImmediate);
        now -= 1;
        return item;
      },
      { maxParallel: 2 },
    );
    const test = await createTestApp({ profiles: [profile] });
    const body = { job_type: "echo", payload: { text: words(130) } };
    const { json } = await test.request("POST", "/api/jobs", { body });
    await test.deliver("job-requests");
    const { json: job } = await test.request("GET", `/api/jobs/${String(json["job_id"])}`);
    expect(job).toMatchObject({ status: "completed", result: { text: words(130) } });
    const indices = test.hub.calls.filter((call) => call.do === "part").map(({ index = -1 }) => index);
    expect(indices.sort((a, b) => a - b)).toEqual(Array.from({ length: 130 }, (_, index) => index));
    expect(most).toBe(2);
  });

  it("leaves parts to the daily check that were written behind the end", async () => {
    const job = await opened(partsProfile());
    const { operationId, profileVersion } = await job.current();
    await cancelJob(job.test.app, { ref: job.ref, actor: "client" });
    const part = { index: 0, status: "pending", attempt: 0, item: { inline: "late" } } as const;
    await job.test.app.parts.open({ ...job.ref, operationId, profileVersion, place: 1 }, [part]);
    const { findings } = await checkConsistency(job.test.app, { sink: collectLog().sink, withinMs: 60_000 });
    expect(findings).toEqual({ partOfEnded: { count: 1, ids: [job.ref.jobId] } });
    expect(await rows(job)).toBe(0);
  });
});

async function untilRows(job: LedTestJob, count: number): Promise<boolean> {
  while ((await rows(job)) < count); // Each turn is a request.
  return true;
}
