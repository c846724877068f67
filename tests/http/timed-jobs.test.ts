import { describe, expect, it } from "@jest/globals";
import type { JobRef } from "../../src/jobs/life/job.ts";
import { envelopeOf } from "../../src/jobs/store/dispatch.ts";
import { claimJob } from "../../src/jobs/work/claim.ts";
import { receiveMessage } from "../../src/jobs/work/receive-message.ts";
import { MillraceError } from "../../src/platform/errors.ts";
import { echoProfile } from "../support/profiles.ts";
import type { TestResponse } from "../support/test-app.ts";
import { createTimedApp } from "../support/timed-app.ts";
import type { TimedApp } from "../support/timed-app.ts";

const DAY = 86_400;
const QUEUE = "job-requests";

function refOf({ json }: TestResponse): JobRef {
  return { workspaceId: "default", jobId: String(json["job_id"]) };
}

/** A message of the job comes to a worker, whatever the queue says. */
async function ring(test: TimedApp, submitted: TestResponse): Promise<string> {
  const { job } = await test.app.jobs.require(refOf(submitted));
  const setAside = async (): Promise<never> => {
    throw new Error("set aside");
  };
  return (await receiveMessage({ ...test.app, setAside }, envelopeOf(job))).outcome;
}

describe("POST /api/jobs with run_at or delay_seconds", () => {
  it.each(["run_at", "delay_seconds"])("starts the job when %s says, and not before", async (field) => {
    const test = await createTimedApp();
    const due = test.inSeconds(3600).toISOString();
    const submitted = await test.submit({ [field]: field === "run_at" ? due : 3600 });
    expect(submitted.status).toBe(202);
    expect(await test.view(submitted)).toMatchObject({
      status: "accepted",
      run_at: due,
      wait_reason: { code: "SCHEDULED", text: "To be started at 2026-03-01 01:00 UTC, as asked for", eta: due },
    });
    test.pass(3599);
    expect(await test.deliver(QUEUE)).toBe(0);
    test.pass(1);
    expect(await test.deliver(QUEUE)).toBe(1);
    test.pass(1);
    const view = await test.view(submitted);
    expect(view).toMatchObject({ status: "completed", run_at: due, started_at: due, queue_wait_ms: 0 });
    expect(view).not.toHaveProperty("wait_reason");
  });

  it("does not start it before its time though a message comes early, which is put again for then", async () => {
    const test = await createTimedApp();
    const submitted = await test.submit({ delay_seconds: 3600 });
    test.loseMessage();
    test.pass(1800);
    expect(await ring(test, submitted)).toBe("postponed");
    expect(await test.view(submitted)).toMatchObject({ status: "accepted", attempt: 0 });
    test.pass(1799);
    expect(await test.deliver(QUEUE)).toBe(0);
    test.pass(1);
    await test.deliver(QUEUE);
    expect(await test.view(submitted)).toMatchObject({ status: "completed", attempt: 1 });
  });

  it("waits longer than a queue can hide a message: it is put again every seven days", async () => {
    const test = await createTimedApp();
    const submitted = await test.submit({ delay_seconds: 20 * DAY });
    for (const _ of [1, 2]) {
      test.pass(7 * DAY - 1);
      expect(await test.deliver(QUEUE)).toBe(0);
      test.pass(1);
      expect(await test.deliver(QUEUE)).toBe(1);
      expect(await test.view(submitted)).toMatchObject({ status: "accepted", attempt: 0 });
      expect(await test.countMessages(QUEUE)).toBe(1);
    }
    test.pass(6 * DAY);
    await test.deliver(QUEUE);
    expect(await test.view(submitted)).toMatchObject({ status: "completed", queue_wait_ms: 0 });
  });

  it("is started by the supervisor where its message was lost: two minutes after its time, and not before", async () => {
    const test = await createTimedApp();
    const submitted = await test.submit({ delay_seconds: 3600 });
    test.loseMessage();
    test.pass(3600 + 119);
    expect(await test.sweep()).toMatchObject({ resend: 0 });
    test.pass(1);
    expect(await test.sweep()).toMatchObject({ resend: 1 });
    await test.deliver(QUEUE);
    expect(await test.view(submitted)).toMatchObject({ status: "completed", queue_wait_ms: 120_000 });
  });

  it("counts the time in the queue from when it could begin", async () => {
    const test = await createTimedApp();
    const submitted = await test.submit({ delay_seconds: 3600 });
    test.pass(3600 + 25);
    await test.deliver(QUEUE);
    expect(await test.view(submitted)).toMatchObject({ queue_wait_ms: 25_000 });
  });

  it("starts it at once where the time is past", async () => {
    const test = await createTimedApp();
    const submitted = await test.submit({ run_at: "2020-01-01T00:00:00+01:00" });
    expect(await test.view(submitted)).toMatchObject({ wait_reason: { code: "QUEUED" } });
    await test.deliver(QUEUE);
    expect(await test.view(submitted)).toMatchObject({ status: "completed", queue_wait_ms: 0 });
  });

  it.each([
    ["/delay_seconds", { run_at: "2026-03-02T00:00:00Z", delay_seconds: 5 }],
    ["/delay_seconds", { delay_seconds: 367 * DAY }],
    ["/run_at", { run_at: "2027-03-03T00:00:00Z" }],
    ["/expires_at", { run_at: "2026-03-02T00:00:00Z", expires_at: "2026-03-02T00:00:00Z" }],
    ["/expires_at", { delay_seconds: 3600, expires_at: "2026-03-01T01:00:00Z" }],
  ])("refuses, at %s, %j, and stores nothing", async (pointer, fields) => {
    const test = await createTimedApp();
    test.storageCalls();
    const { status, json } = await test.submit(fields);
    expect([status, json["code"]]).toEqual([422, "VALIDATION_FAILED"]);
    expect(json["errors"]).toEqual([{ pointer, message: expect.any(String) }]);
    expect(test.storageCalls()).toEqual([]);
  });

  it.each(["run_at", "delay_seconds", "expires_at"])(
    "takes another %s under the same key for another request",
    async (field) => {
      const test = await createTimedApp();
      const headers = { "idempotency-key": "key" };
      const submit = async (value: unknown) =>
        test.request("POST", "/api/jobs", {
          headers,
          body: { job_type: "echo", payload: { text: "hi" }, [field]: value },
        });
      const [one, other] = field === "delay_seconds" ? [5, 6] : ["2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"];
      const first = await submit(one);
      test.pass(3 * DAY); // Whether a time makes sense is asked once, when the job is accepted.
      const again = await submit(one);
      expect([again.status, again.json["job_id"]]).toEqual([202, first.json["job_id"]]);
      expect((await submit(other)).json["code"]).toBe("IDEMPOTENCY_MISMATCH");
    },
  );
});

describe("POST /api/jobs with expires_at", () => {
  const EXPIRED = {
    status: "failed",
    attempt: 0,
    error: { code: "EXPIRED", kind: "permanent", retryable: false },
    dead_letter_id: expect.stringMatching(/^dead_/),
  };

  it("shows the limit until the job ends, and from then on when its record goes", async () => {
    const test = await createTimedApp();
    const limit = test.inSeconds(60).toISOString();
    const submitted = await test.submit({ expires_at: limit });
    expect(await test.view(submitted)).toMatchObject({ expires_at: limit });
    await test.deliver(QUEUE);
    expect(await test.view(submitted)).toMatchObject({
      status: "completed",
      expires_at: test.inSeconds(30 * DAY).toISOString(),
    });
  });

  it("starts a job a moment before, and fails it from then on, with a dead letter", async () => {
    const test = await createTimedApp();
    const [inTime, late] = [
      await test.submit({ expires_at: test.inSeconds(60).toISOString() }),
      await test.submit({ expires_at: test.inSeconds(60).toISOString() }),
    ];
    test.pass(59.999);
    expect(await ring(test, inTime)).toBe("ran");
    test.pass(0.001);
    expect(await ring(test, late)).toBe("ended");
    expect(await test.view(inTime)).toMatchObject({ status: "completed" });
    const view = await test.view(late);
    expect(view).toMatchObject(EXPIRED);
    expect(view).not.toHaveProperty("started_at");
    const letter = await test.app.deadLetters.get(String(view["dead_letter_id"]));
    expect(letter).toBeDefined();
  });

  it("fails it within 30 seconds though every message is lost: the supervisor sees to it at the limit", async () => {
    const test = await createTimedApp();
    const submitted = await test.submit({ expires_at: test.inSeconds(45).toISOString() });
    test.loseMessage();
    test.pass(30);
    expect(await test.sweep()).toMatchObject({ giveUp: 0, resend: 0 });
    test.pass(30);
    expect(await test.sweep()).toMatchObject({ giveUp: 1 });
    expect(await test.view(submitted)).toMatchObject(EXPIRED);
    expect(await ring(test, submitted)).toBe("obsolete");
  });

  it("fails one that is to start later in between, and one whose limit is past already", async () => {
    const test = await createTimedApp();
    const planned = await test.submit({ delay_seconds: 60, expires_at: test.inSeconds(90).toISOString() });
    const late = await test.submit({ expires_at: test.inSeconds(-1).toISOString() });
    expect(late.status).toBe(202);
    await test.deliver(QUEUE);
    expect(await test.view(late)).toMatchObject(EXPIRED);
    expect(await test.view(planned)).toMatchObject({ status: "accepted" });
    test.pass(90);
    await test.deliver(QUEUE);
    expect(await test.view(planned)).toMatchObject(EXPIRED);
  });

  it("leaves a job alone that has begun: neither its work nor its retries are ended by it", async () => {
    let tries = 0;
    const failsOnce = echoProfile(async ({ payload }) => {
      if (++tries === 1) throw new MillraceError("PROVIDER_UNAVAILABLE", "not now");
      return payload;
    });
    const test = await createTimedApp(failsOnce);
    const submitted = await test.submit({ expires_at: test.inSeconds(60).toISOString() });
    test.pass(59);
    await test.deliver(QUEUE);
    expect(await test.view(submitted)).toMatchObject({ status: "accepted", attempt: 1 });
    test.pass(3600);
    await test.sweep();
    await test.deliver(QUEUE);
    expect(await test.view(submitted)).toMatchObject({ status: "completed", attempt: 2 });
  });

  it("leaves a job alone whose first worker died after it had begun in time", async () => {
    const test = await createTimedApp();
    const submitted = await test.submit({ expires_at: test.inSeconds(60).toISOString() });
    const { job } = await test.app.jobs.require(refOf(submitted));
    await claimJob(test.app, job);
    test.pass(3600);
    await test.sweep();
    while ((await test.deliver(QUEUE)) > 0);
    expect(await test.view(submitted)).toMatchObject({ status: "completed", attempt: 2 });
  });
});
