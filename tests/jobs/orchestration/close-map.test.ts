import { describe, expect, it } from "@jest/globals";
import { evolve } from "../../../src/jobs/life/evolve.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import { createGate } from "../../harness/kills/gate.ts";
import { ledJob } from "../../support/led-job.ts";
import type { LedTestJob } from "../../support/led-job.ts";
import { partsProfile } from "../../support/parts-profile.ts";
import type { PartsOptions } from "../../support/parts-profile.ts";

const DONE = { outcome: "done" };
const STOP = { outcome: "stop" };
const LARGE = "x".repeat(40_000); // Each output is a blob.

/** A map of three parts that are done, and which of them were worked on. */
async function worked(options?: PartsOptions): Promise<{ readonly job: LedTestJob; readonly at: number[] }> {
  const at: number[] = [];
  const work = async ({ index }: { index: number }) => (at.push(index), `${index}${LARGE}`);
  const job = await ledJob(partsProfile(work, options));
  await job.call("split", "task");
  await job.call("shout", "open-map");
  for (const index of [0, 1, 2]) await job.call("shout", "part", index);
  return { job, at };
}

async function loseOutput({ test }: LedTestJob, index: number): Promise<void> {
  for await (const { name } of test.app.content.list("checkpoints"))
    if (name.endsWith(`shout-${index}.json`)) await test.app.content.delete(name);
}

describe("closeMap()", () => {
  it("has the part done again whose output is gone, and no other", async () => {
    const { job, at } = await worked({ maxAttempts: 1 });
    await loseOutput(job, 1);
    expect(await job.call("shout", "close-map")).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "queued", attempt: 0, uncounted: 1 });
    await job.test.deliver("job-requests");
    expect(await job.call("shout", "open-map")).toEqual({ outcome: "open", parts: 3 });
    for (const index of [0, 1, 2]) expect(await job.call("shout", "part", index)).toEqual(DONE);
    expect(at).toEqual([0, 1, 2, 1]);
    expect([await job.call("shout", "close-map"), await job.call("join", "task")]).toEqual([DONE, DONE]);
    expect((await job.current()).phase).toBe("done");
  });

  it("comes to an end when the output is gone each time", async () => {
    const { job } = await worked();
    for (let tries = 0; (await job.current()).phase !== "failed"; tries++) {
      expect(tries).toBeLessThan(30);
      await loseOutput(job, 1);
      expect(await job.call("shout", "close-map")).toEqual(STOP);
      await job.test.deliver("job-requests");
      if ((await job.current()).phase === "processing") await job.call("shout", "part", 1);
    }
    expect(await job.current()).toMatchObject({ error: { code: "ATTEMPTS_EXHAUSTED" } });
  });

  it("counts each try before it: one that kills its process is counted as well", async () => {
    const { job } = await worked({ maxAttempts: 2 });
    let reads = 0;
    const end = createGate();
    const dead = async (): Promise<never> => {
      reads++;
      await end.opened;
      throw new MillraceError("JOB_CANCELLED", "dead");
    };
    const dying = { ...job.test.app, parts: { ...job.test.app.parts, list: dead } };
    for (const nth of [1, 2]) {
      void job.callBy(dying, "shout", "close-map").catch(() => undefined);
      while (reads < nth) await job.current(); // Each turn is a request.
    }
    expect(await job.call("shout", "close-map")).toMatchObject({ outcome: "again" });
    const later = { ...job.test.app, clock: { now: () => new Date(Date.now() + 180_000) } };
    expect(await job.callBy(later, "shout", "close-map")).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "failed", error: { code: "ATTEMPTS_EXHAUSTED" } });
    end.open();
  });
});

describe("openMap()", () => {
  it("has a map at work again that another orchestration has left", async () => {
    const { job } = await worked();
    const { app } = job.test;
    const stored = await app.jobs.require(job.ref);
    const lapsed = evolve(stored.job, { type: "lapsed" }, new Date());
    await app.jobs.save(lapsed, stored);
    await app.dispatch(lapsed);
    await job.test.deliver("job-requests");
    expect((await job.current()).steps[1]).toMatchObject({ status: "failed" });
    expect(await job.call("shout", "open-map")).toEqual({ outcome: "open", parts: 3 });
    const [, map] = (await job.current()).steps;
    expect(map).toMatchObject({ status: "running", attempt: 1, parts: 3 });
    expect(map).not.toHaveProperty("endedAt");
  });
});

describe("a map whose parts store artifacts", () => {
  const storing = (count: number) =>
    partsProfile(async ({ item, index, services }) => {
      for (let nth = 0; nth < count; nth++)
        await services.saveArtifact({
          ...{ name: `page-${index}-${nth}.txt`, bytes: Buffer.from(item), contentType: "text/plain" },
        });
      return item;
    });

  it("has them all in its result, however many they are", async () => {
    const text = Array.from({ length: 30 }, (_, index) => `w${index}`).join(" ");
    const job = await ledJob(storing(5), { text });
    await job.call("split", "task");
    await job.call("shout", "open-map");
    for (let index = 0; index < 30; index++) await job.call("shout", "part", index);
    expect([await job.call("shout", "close-map"), await job.call("join", "task")]).toEqual([DONE, DONE]);
    const path = `/api/jobs/${job.ref.jobId}`;
    const { json } = await job.test.request("GET", path);
    const { artifacts } = json["result"] as { artifacts: { name: string; url: string }[] };
    expect(artifacts).toHaveLength(151);
    expect(artifacts.at(-1)).toMatchObject({ name: "page-29-4.txt", content_type: "text/plain", bytes: 3 });
    expect((await job.test.request("GET", `${path}/result`)).json["artifacts"]).toEqual(artifacts);
    expect((await job.test.request("GET", `${path}/artifacts/page-29-4.txt`)).text).toBe("w29");
    expect((await job.test.request("GET", `${path}/artifacts/${job.ref.jobId}.json`)).status).toBe(200);
    expect((await job.test.request("GET", `${path}/artifacts/_artifacts.json`)).status).toBe(404);
  });

  it("refuses at once what the row of a part has no room for", async () => {
    const job = await ledJob(storing(51), { text: "one" });
    await job.call("split", "task");
    await job.call("shout", "open-map");
    expect(await job.call("shout", "part", 0)).toEqual(STOP);
    expect(await job.current()).toMatchObject({ phase: "failed", error: { code: "OUTPUT_INVALID" } });
  });
});
