import { describe, expect, it } from "@jest/globals";
import { MillraceError } from "../../../src/platform/errors.ts";
import { echoProfile } from "../../support/profiles.ts";
import { sequenceScene } from "../../support/sequence-scene.ts";
import type { SequenceScene } from "../../support/sequence-scene.ts";
import { createTestApp } from "../../support/test-app.ts";

/** A request that died between its ticket and its job. */
async function died(scene: SequenceScene, number?: number, idempotencyKey?: string): Promise<void> {
  const create = async (): Promise<never> => {
    throw new MillraceError("STORAGE_UNAVAILABLE", "died");
  };
  const { jobs } = scene.app;
  Object.assign(scene.app, { jobs: { ...jobs, create } });
  const more = idempotencyKey === undefined ? {} : { idempotencyKey };
  await expect(scene.submit("a", number, more)).rejects.toThrow("died");
  Object.assign(scene.app, { jobs });
}

describe("takeTicket()", () => {
  it("refuses a number that another job has, and says so", async () => {
    const scene = await sequenceScene();
    const first = await scene.submit("a", 1);
    await expect(scene.submit("a", 1)).rejects.toMatchObject({ code: "SEQUENCE_TAKEN" });
    await scene.runUntilEnded([first]);
    await expect(scene.submit("a", 1)).rejects.toMatchObject({ code: "SEQUENCE_TAKEN" });
    await scene.submit("a", 9_007_199_254_740_991);
  });

  it("gives a number to one of many that want it at once", async () => {
    const scene = await sequenceScene();
    const all = await Promise.allSettled(Array.from({ length: 10 }, async () => scene.submit("a", 1)));
    const codes = all.map((one) => (one.status === "fulfilled" ? "accepted" : (one.reason as MillraceError).code));
    expect(codes.filter((code) => code === "accepted")).toHaveLength(1);
    // Who came while the first was not written yet cannot know whether it will be.
    for (const code of codes) expect(["accepted", "SEQUENCE_TAKEN", "STORAGE_UNAVAILABLE"]).toContain(code);
  });

  it("has a line hold places of one kind", async () => {
    const scene = await sequenceScene();
    await scene.submit("with", 1);
    await scene.submit("without");
    const mixed = { code: "VALIDATION_FAILED", details: { errors: [{ pointer: "/sequence" }] } };
    await expect(scene.submit("with")).rejects.toMatchObject(mixed);
    await expect(scene.submit("without", 1)).rejects.toMatchObject(mixed);
  });

  it("replays a request whose ticket it is, and lets one whose first try died have it at once", async () => {
    const scene = await sequenceScene();
    const keyed = { idempotencyKey: "key" };
    await died(scene, 1, "key");
    const job = await scene.submit("a", 1, keyed);
    expect(await scene.submit("a", 1, keyed)).toEqual(job);
    await scene.runUntilEnded([job]);
    expect(await scene.submit("a", 1, keyed)).toMatchObject({ jobId: job.jobId, phase: "done" });
  });

  it("makes one job of a request that is sent many times at once", async () => {
    const scene = await sequenceScene();
    const keyed = { idempotencyKey: "key" };
    const same = async (number?: number) =>
      new Set(
        (
          await Promise.all(Array.from({ length: 8 }, async () => scene.submit(`k${String(number)}`, number, keyed)))
        ).map(({ jobId }) => jobId),
      );
    expect((await same(1)).size).toBe(1);
    const unnumbered = { idempotencyKey: "other" };
    const all = await Promise.all(Array.from({ length: 8 }, async () => scene.submit("b", undefined, unnumbered)));
    expect(new Set(all.map(({ jobId }) => jobId)).size).toBe(1);
    const next = await scene.submit("b");
    await scene.runUntilEnded([all[0] as (typeof all)[0], next]);
    expect(scene.seconds()).toBeLessThan(30); // The places that the others took stand in nobody's way.
  });

  it("takes over a number whose job never came, after a minute, and says before that it cannot know", async () => {
    const scene = await sequenceScene();
    await died(scene, 1);
    const waiting = await scene.submit("a", 2);
    await expect(scene.submit("a", 1)).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE", retryAfterMs: 60_000 });
    expect(await scene.receive(waiting)).toMatchObject({ outcome: "postponed" });
    scene.pass(61);
    const job = await scene.submit("a", 1);
    await scene.runUntilEnded([job, waiting]);
    expect(scene.log).toEqual(["+a1", "-a1", "+a2", "-a2"]);
  });

  it("passes over a place that was given out and whose job never came, after a minute", async () => {
    const scene = await sequenceScene();
    await died(scene);
    const job = await scene.submit("a");
    expect(await scene.receive(job)).toMatchObject({ outcome: "postponed" });
    scene.pass(61);
    expect(await scene.receive(job)).toMatchObject({ outcome: "ran" });
  });

  it("lets the number be empty again whose job never came: who waits for it waits as for any gap", async () => {
    const scene = await sequenceScene();
    await died(scene, 1);
    const waiting = await scene.submit("a", 2);
    scene.pass(61);
    expect(await scene.receive(waiting)).toMatchObject({ outcome: "postponed" });
    scene.pass(3_600);
    expect(await scene.receive(waiting)).toMatchObject({ outcome: "ended", job: { error: { code: "SEQUENCE_GAP" } } });
  });

  it("gives its place back when the payload cannot be stored: nobody has to wait for it", async () => {
    const scene = await sequenceScene();
    const { content } = scene.app;
    const put = async (): Promise<never> => {
      throw new MillraceError("STORAGE_UNAVAILABLE", "no blobs");
    };
    Object.assign(scene.app, { content: { ...content, put } });
    const large = { payload: { text: "x".repeat(50_000) } };
    await expect(scene.submit("a", 1, large)).rejects.toThrow("no blobs");
    Object.assign(scene.app, { content });
    await scene.submit("a", 1, large);
  });

  it("writes no job whose ticket others may take for void by now", async () => {
    const scene = await sequenceScene();
    const { sequences } = scene.app;
    const slow = {
      ...sequences,
      takeTicket: async (wish: Parameters<typeof sequences.takeTicket>[0]) => ({
        ...(await sequences.takeTicket(wish)),
        isInTime: () => false,
      }),
    };
    Object.assign(scene.app, { sequences: slow });
    await expect(scene.submit("a", 1)).rejects.toMatchObject({ code: "STORAGE_UNAVAILABLE" });
    Object.assign(scene.app, { sequences });
    await scene.submit("a", 1);
  });

  it("is told over HTTP", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const submit = async (fields: object) =>
      test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text: "hi" }, ...fields } });
    const { status, json } = await submit({ sequence_key: "a", sequence: 1 });
    expect(status).toBe(202);
    const view = await test.request("GET", `/api/jobs/${String(json["job_id"])}`);
    expect(view.json).toMatchObject({ sequence_key: "a", sequence: 1 });
    const again = await submit({ sequence_key: "a", sequence: 1 });
    expect([again.status, again.json["code"]]).toEqual([409, "SEQUENCE_TAKEN"]);
    expect((await submit({ sequence_key: "a" })).status).toBe(422);
  });
});
