import { describe, expect, it } from "@jest/globals";
import { jobKey } from "../../../src/jobs/store/job-row.ts";
import { buryJob } from "../../../src/jobs/supervision/purge-job.ts";
import { claimJob } from "../../../src/jobs/work/claim.ts";
import { echoProfile } from "../../support/profiles.ts";
import { createTestApp } from "../../support/test-app.ts";
import type { TestApp } from "../../support/test-app.ts";

const POISON = "job-requests-poison";

interface Poisoned {
  readonly test: TestApp;
  readonly ref: { readonly workspaceId: string; readonly jobId: string; readonly operationId: string };
}

/** A job whose message the host has moved to the poison queue. */
async function poisoned(): Promise<Poisoned> {
  const test = await createTestApp({ profiles: [echoProfile()] });
  const { json } = await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text: "hi" } } });
  const [message = ""] = await test.peek("job-requests");
  await test.drop("job-requests");
  await test.app.storage.queue(POISON).put(message);
  const ref = { workspaceId: "default", jobId: String(json["job_id"]), operationId: String(json["operation_id"]) };
  return { test, ref };
}

describe("createPoisonReader()", () => {
  it("puts the message of a job that can still be tried back, and the job ends (R-215)", async () => {
    const { test, ref } = await poisoned();
    const [message] = await test.peek(POISON);
    expect(await test.deliver(POISON)).toBe(1);
    expect(await test.peek("job-requests")).toEqual([message]);
    await test.deliver("job-requests");
    expect((await test.app.jobs.require(ref)).job).toMatchObject({ phase: "done", attempt: 1 });
  });

  it("puts it back for when the lease is over, if somebody holds the job", async () => {
    const { test, ref } = await poisoned();
    await claimJob(test.app, ref);
    await test.deliver(POISON);
    expect([await test.peek("job-requests"), await test.peek(POISON)]).toEqual([[], []]);
    expect(await test.countMessages("job-requests")).toBe(1);
  });

  it("lets the message of a job go that has ended, or is gone", async () => {
    const { test, ref } = await poisoned();
    await test.app.dispatch((await test.app.jobs.require(ref)).job);
    await test.deliver("job-requests");
    await test.deliver(POISON);
    const stored = await test.app.jobs.require(ref);
    expect(stored.job.phase).toBe("done");
    await test.app.dispatch(stored.job);
    const [message = ""] = await test.peek("job-requests");
    await test.drop("job-requests");
    await buryJob(test.app, stored, "deleted");
    await test.app.storage.queue(POISON).put(message);
    await test.deliver(POISON);
    for (const queue of ["job-requests", POISON]) expect(await test.countMessages(queue)).toBe(0);
    expect(await test.app.deadLetters.list({}, 10)).toEqual([]);
  });

  it.each(["not json", "{}", "[", '{"schema":2}'])(
    "makes a dead letter of %j, and no function gets it again (R-215)",
    async (text) => {
      const test = await createTestApp({ profiles: [echoProfile()] });
      await test.app.storage.queue(POISON).put(text);
      expect(await test.deliver(POISON)).toBe(1);
      expect([await test.peek("job-requests"), await test.peek(POISON)]).toEqual([[], []]);
      expect(await test.app.deadLetters.list({ code: "ENVELOPE_INVALID" }, 10)).toMatchObject([
        { stored: { letter: { origin: "message", payload: { inline: text } } } },
      ]);
    },
  );

  it("makes one dead letter of a message that the host has copied twice (Q9)", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    for (let copies = 0; copies < 2; copies++) await test.app.storage.queue(POISON).put("not json");
    expect(await test.deliver(POISON)).toBe(2);
    expect(await test.app.deadLetters.list({}, 10)).toMatchObject([{ stored: { letter: { attempts: 2 } } }]);
  });

  it("makes a dead letter of the message of a row that cannot be read: it would come back for ever", async () => {
    const { test, ref } = await poisoned();
    const stored = await test.app.storage.jobs.get(jobKey(ref));
    if (!stored) throw new Error("there is no row");
    await test.app.storage.jobs.save({ ...stored.row, phase: "nonsense" }, stored.etag);
    expect(await test.deliver(POISON)).toBe(1);
    expect(await test.app.deadLetters.list({ code: "JOB_UNREADABLE" }, 10)).toMatchObject([
      { stored: { letter: { origin: "message", jobId: ref.jobId, workspaceId: "default" } } },
    ]);
  });
});
