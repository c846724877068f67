import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { claimJob } from "../../src/jobs/work/claim.ts";
import { echoProfile } from "../support/profiles.ts";
import type { TestResponse } from "../support/test-app.ts";
import { createTimedApp } from "../support/timed-app.ts";
import type { TimedApp } from "../support/timed-app.ts";

const pathOf = ({ json }: TestResponse) => `/api/jobs/${String(json["job_id"])}`;
const refOf = ({ json }: TestResponse) => ({ workspaceId: "default", jobId: String(json["job_id"]) });

/** A worker takes the job and is not heard of again. */
async function claimAndDie(test: TimedApp, submitted: TestResponse): Promise<void> {
  const { job } = await test.app.jobs.require(refOf(submitted));
  await claimJob(test.app, job);
}

describe("a job whose worker died (R-044)", () => {
  it("is shown as stalled as soon as its lease has run out, and given to another when it was said to be", async () => {
    const test = await createTimedApp();
    const submitted = await test.submit();
    await claimAndDie(test, submitted);
    expect(await test.view(submitted)).toMatchObject({
      status: "running",
      phase: "processing",
      wait_reason: { code: "WORKING" },
    });
    test.pass(60);
    const stalled = await test.view(submitted);
    expect(stalled).toMatchObject({
      status: "running",
      phase: "stalled",
      wait_reason: { code: "STALLED", eta: test.inSeconds(15 + 30).toISOString() },
    });
    test.pass(15 + 30);
    await test.sweep();
    expect(await test.view(submitted)).toMatchObject({ status: "accepted", wait_reason: { code: "RETRYING" } });
    while ((await test.deliver("job-requests")) > 0);
    expect(await test.view(submitted)).toMatchObject({ status: "completed", attempt: 2 });
  });

  it("is not hidden by an etag from before, though nobody has written it since", async () => {
    const test = await createTimedApp();
    const submitted = await test.submit();
    await claimAndDie(test, submitted);
    const look = async (etag: string) => test.request("GET", pathOf(submitted), { headers: { "if-none-match": etag } });
    const first = await look("none");
    const etag = first.headers.get("etag") ?? "";
    expect((await look(etag)).status).toBe(304);
    test.pass(60);
    const changed = await look(etag);
    expect([changed.status, changed.json["version"]]).toEqual([200, first.json["version"]]);
    expect(changed.json["phase"]).toBe("stalled");
    expect((await look(changed.headers.get("etag") ?? "")).status).toBe(304);
  });

  it("ends a long poll", async () => {
    const test = await createTimedApp();
    const submitted = await test.submit();
    await claimAndDie(test, submitted);
    test.storageCalls();
    const polled = test.request("GET", `${pathOf(submitted)}?wait=60`);
    const looks: string[] = [];
    while (looks.length < 2) {
      looks.push(...test.storageCalls());
      await setImmediate();
    }
    test.pass(60);
    expect((await polled).json["phase"]).toBe("stalled");
  });

  it("is listed as stalled, and among those that run", async () => {
    const test = await createTimedApp();
    await claimAndDie(test, await test.submit());
    test.pass(60);
    const { json } = await test.request("GET", "/api/jobs?status=running");
    expect(json["value"]).toEqual([expect.objectContaining({ phase: "stalled" })]);
  });
});

describe("the estimates of a waiting job", () => {
  /** Three jobs that waited ten seconds and took twenty, taken down. */
  async function experienced(): Promise<TimedApp> {
    let work = () => undefined as unknown;
    const test = await createTimedApp(echoProfile(async ({ payload }) => (work(), payload)));
    work = () => {
      test.pass(20);
    };
    for (const _ of [1, 2, 3]) {
      await test.submit();
      test.pass(10);
      await test.deliver("job-requests");
    }
    await test.app.durations.flush();
    return test;
  }

  it("come of what jobs of its kind took before", async () => {
    const test = await experienced();
    const submitted = await test.submit();
    expect(await test.view(submitted)).toMatchObject({
      wait_reason: { code: "QUEUED", eta: test.inSeconds(10).toISOString() },
    });
    test.pass(4);
    await claimAndDie(test, submitted);
    test.pass(5);
    expect(await test.view(submitted)).toMatchObject({
      wait_reason: { code: "WORKING", eta: test.inSeconds(15).toISOString() },
    });
  });

  it("are not made up where nothing is known", async () => {
    const test = await createTimedApp();
    const submitted = await test.submit();
    expect((await test.view(submitted))["wait_reason"]).toEqual({ code: "QUEUED", text: "Waiting for a worker" });
  });

  it("say when to look again: on 202, 200, 304 and of the operation (R-037)", async () => {
    const test = await experienced();
    const headers = { "if-none-match": "*" };
    const submitted = await test.submit();
    const operation = `/api/operations/${String(submitted.json["operation_id"])}`;
    const paces = async () => {
      const answers = [
        await test.request("GET", pathOf(submitted)),
        await test.request("GET", pathOf(submitted), { headers }),
        await test.request("GET", operation),
      ];
      return answers.map((answer) => [answer.status, answer.headers.get("retry-after")]);
    };
    expect([submitted.status, submitted.headers.get("retry-after")]).toEqual([202, "5"]);
    const expected = (seconds: string | null) => [200, 304, 200].map((status) => [status, seconds]);
    expect(await paces()).toEqual(expected("5"));
    test.pass(8);
    expect(await paces()).toEqual(expected("1"));
    await test.deliver("job-requests");
    expect(await paces()).toEqual(expected(null));
    const tomorrow = await test.submit({ delay_seconds: 86_400 });
    expect(tomorrow.headers.get("retry-after")).toBe("30");
  });

  it("cost a poll nothing: a hundred of them are a hundred reads of the row, and one of the estimates (R-037)", async () => {
    const test = await experienced();
    const submitted = await test.submit();
    const etag = submitted.headers.get("etag") ?? "";
    test.storageCalls();
    for (let poll = 0; poll < 100; poll++) {
      const headers = poll % 2 ? { "if-none-match": etag } : {};
      expect((await test.request("GET", pathOf(submitted), { headers })).status).toBe(poll % 2 ? 304 : 200);
    }
    const calls = test.storageCalls();
    expect(calls.every((call) => call.startsWith("table GET "))).toBe(true);
    expect(calls.length).toBeLessThanOrEqual(101);
    expect(calls.length).toBeGreaterThanOrEqual(100);
  });

  it("cost a job nothing: a hundred of them are written with two calls", async () => {
    const test = await createTimedApp();
    await test.submit();
    await test.deliver("job-requests");
    test.storageCalls();
    await test.submit();
    await test.deliver("job-requests");
    const calls = test.storageCalls();
    for (let job = 0; job < 32; job++) await test.submit();
    await test.deliver("job-requests");
    const { length } = test.storageCalls();
    expect(length).toBeLessThanOrEqual(32 * calls.length);
    await test.app.durations.flush();
    expect(test.storageCalls()).toHaveLength(2);
  });

  it("are written when the process is told to end", async () => {
    const test = await createTimedApp();
    await test.submit();
    await test.deliver("job-requests");
    test.storageCalls();
    await test.app.shutdown.begin({ graceMs: 0 });
    expect(test.storageCalls()).toHaveLength(2);
  });

  it("fail no job and no poll where they cannot be read or written", async () => {
    const test = await createTimedApp();
    test.refuse("durations|");
    const submitted = await test.submit();
    await test.deliver("job-requests");
    await test.app.durations.flush();
    expect(await test.view(submitted)).toMatchObject({ status: "completed" });
    expect(await test.view(await test.submit())).toMatchObject({ wait_reason: { code: "QUEUED" } });
  });
});
