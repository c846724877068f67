import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { MillraceError } from "../../../src/platform/errors.ts";
import { defineProfile } from "../../../src/profiles/define-profile.ts";
import type { PollOptions } from "../../../src/steps/poll.ts";
import { createLedApp } from "../../support/led-app.ts";
import type { LedApp } from "../../support/led-app.ts";

const HOUR = 3600;
/** When jobs are submitted. */
const BEGAN = Date.parse("2026-03-01T00:00:00.000Z");

interface Scene extends LedApp {
  readonly path: string;
  /** When it looked, in seconds since the job was submitted. */
  readonly looks: readonly number[];
  readonly job: () => Promise<Record<string, unknown>>;
}

/** A job that looks whether something is done, which the test says: by the number of the look, counted from 1. */
async function polling(look: (number: number) => boolean, options: Partial<PollOptions> = {}): Promise<Scene> {
  const looks: number[] = [];
  const profile = defineProfile({
    ...{ id: "echo", version: 1, title: "Polls", description: "Waits for something", durationClass: "hours" },
    ...{ capability: "documents", modes: ["async"], maxAttempts: 3 },
    payload: z.strictObject({ text: z.string() }),
    result: z.object({ looks: z.int(), text: z.string() }),
    examples: [{ name: "hello", payload: { text: "hello" } }],
    steps: (start) =>
      start
        .poll(
          "arrival",
          { everyMs: 60_000, deadlineMs: 24 * HOUR * 1000, timeoutMs: 10_000, ...options },
          async ({ payload }) => {
            looks.push((app.now().getTime() - BEGAN) / 1000);
            const isDone = look(looks.length);
            if (!isDone) return { done: false, message: `look ${looks.length}` };
            return { done: true, output: { looks: looks.length, text: payload.text } };
          },
        )
        .step("tell", { timeoutMs: 10_000 }, async ({ outputs }) => outputs.arrival),
  });
  const app = await createLedApp(profile);
  const path = await app.submit();
  return { ...app, path, looks, job: async () => app.view(path) };
}

const failing = () => {
  throw new MillraceError("DOWNLOAD_FAILED", "no route");
};

describe("a step that polls", () => {
  it("looks until it is done, and lets nobody be at work between two looks (R-260)", async () => {
    const scene = await polling((number) => number === 3);
    expect(scene.looks).toEqual([]);
    await scene.pass(60);
    expect(await scene.job()).toMatchObject({
      status: "running",
      phase: "waiting",
      wait_reason: { code: "WAITING_FOR_EVENT" },
    });
    await scene.pass(200);
    expect(scene.looks).toEqual([60, 120, 180]);
    expect(await scene.job()).toMatchObject({ status: "completed", result: { looks: 3, text: "hi" } });
  });

  it("looks later and later, as the step says, and not too late", async () => {
    const scene = await polling((number) => number === 6, { backoff: 2, longestMs: 300_000 });
    await scene.pass(HOUR);
    expect(scene.looks).toEqual([60, 180, 420, 720, 1020, 1320]);
    expect(await scene.job()).toMatchObject({ status: "completed" });
  });

  it("fails when the time is over, with a last look at the very end", async () => {
    const scene = await polling(() => false, { everyMs: 50_000, deadlineMs: 120_000 });
    await scene.pass(HOUR);
    expect(scene.looks).toEqual([50, 100, 120]);
    expect(await scene.job()).toMatchObject({ status: "failed", error: { code: "DEADLINE_PASSED" } });
  });

  it("keeps its history short, however long it looks (R-268)", async () => {
    const scene = await polling((number) => number === 1000);
    await scene.pass(1001 * 60);
    expect(await scene.job()).toMatchObject({ status: "completed", result: { looks: 1000 } });
    // Of a look: a timer, an activity, and the frame of two episodes.
    expect(scene.durable.longestHistory()).toBeLessThan(50 * 8 + 10);
    const { value } = (await scene.request("GET", `${scene.path}/history?limit=50`)).json as { value: unknown[] };
    expect(value).toHaveLength(5); // The job's own tells of no look either.
  }, 60_000);

  it("tries a look again that failed, sooner than the next would be, and forgets of it when one succeeds", async () => {
    const scene = await polling((number) => (number % 3 === 0 ? number === 9 : failing()));
    await scene.pass(HOUR);
    expect(scene.looks).toHaveLength(9);
    expect(scene.looks[1]).toBeLessThan(65);
    expect(await scene.job()).toMatchObject({ status: "completed" });
  });

  it("gives up after so many failures in a row", async () => {
    const scene = await polling(failing);
    await scene.pass(HOUR);
    expect(scene.looks).toHaveLength(3);
    expect(await scene.job()).toMatchObject({ status: "failed", error: { code: "DOWNLOAD_FAILED" } });
  });

  it("goes on where it was when its orchestrations are lost, and keeps its deadline", async () => {
    const scene = await polling((number) => number === 5);
    await scene.pass(150);
    scene.durable.loseInstances();
    await scene.pass(500);
    expect(scene.looks).toHaveLength(2);
    await scene.sweep();
    await scene.pass(300);
    expect(scene.looks).toHaveLength(5);
    expect(await scene.job()).toMatchObject({ status: "completed", attempt: 2 });
  });

  it("looks no more when the job is cancelled", async () => {
    const scene = await polling(() => false);
    await scene.pass(130);
    await scene.send("POST", `${scene.path}/cancel`);
    await scene.pass(HOUR);
    expect(scene.looks).toEqual([60, 120]);
    expect(scene.durable.instances().filter(({ status }) => status === "Running")).toEqual([]);
  });
});
