import { describe, expect, it } from "@jest/globals";
import { evolve } from "../../../src/jobs/life/evolve.ts";
import { claimJob } from "../../../src/jobs/work/claim.ts";
import { createWorker } from "../../../src/jobs/work/worker.ts";
import { MillraceError } from "../../../src/platform/errors.ts";
import type { Profile } from "../../../src/profiles/define-profile.ts";
import { echoProfile } from "../../support/profiles.ts";
import { createTestApp, queuesOf } from "../../support/test-app.ts";
import type { TestApp } from "../../support/test-app.ts";

async function submitted(profile: Profile): Promise<{ readonly test: TestApp; readonly message: unknown }> {
  const test = await createTestApp({ profiles: [profile] });
  await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text: "hi" }, customer_id: "c-1" } });
  const [text] = await test.peek("job-requests");
  return { test, message: JSON.parse(text ?? "") as unknown };
}

async function logOf(test: TestApp, messages: readonly unknown[]): Promise<string[]> {
  const lines: string[] = [];
  const write = (level: string) => (line: string) => lines.push(`${level} ${line}`);
  const sink = { info: write("info"), warn: write("warn"), error: write("error") };
  const worker = createWorker(test.app, queuesOf(test));
  for (const message of messages) await worker(message, sink);
  return lines;
}

const anEnd = { type: "gaveUp", error: { code: "PDF_ENCRYPTED", message: "locked" } } as const;

describe("createWorker()", () => {
  it("says in one line what became of a message, with the ids that tie it to the job", async () => {
    const { test, message } = await submitted(echoProfile());
    const [done, again] = await logOf(test, [message, message]);
    expect(done).toMatch(
      /^info job done \{"job_id":"job_\w+".*"customer_id":"c-1","attempt":1,"version":3,"phase":"done","trace_id":"\w{32}"\}$/,
    );
    expect(again).toMatch(/^info message obsolete \{"job_id":"job_\w+","reason":"the job has ended"\}$/);
  });

  it("says when a job will be tried again, and why", async () => {
    const failing = async (): Promise<never> => {
      throw new Error("no");
    };
    const { test, message } = await submitted(echoProfile(failing));
    const [reason, queued, early] = await logOf(test, [message, message]);
    expect(reason).toMatch(/^error attempt failed .*"code":"UNCLASSIFIED","retry_at":".*"kind":"transient"/);
    expect(queued).toMatch(/^info job queued .*"code":"UNCLASSIFIED","retry_at":"/);
    expect(early).toMatch(/^info job postponed .*"until":"/);
  });

  it("postpones a job that somebody holds: the message comes back when the lease is over", async () => {
    const { test, message } = await submitted(echoProfile());
    const { job_id: jobId, operation_id: operationId } = message as Record<"job_id" | "operation_id", string>;
    await claimJob(test.app, { workspaceId: "default", jobId, operationId });
    expect(await logOf(test, [message])).toEqual([expect.stringMatching(/^info job postponed /)]);
  });

  it("gives a job of a type that it does not know to another worker, and counts no attempt", async () => {
    const { test, message } = await submitted(echoProfile());
    const older = await createTestApp({ profiles: [], environment: { AzureWebJobsStorage: test.connectionString } });
    const before = await test.countMessages("job-requests");
    expect(await logOf(older, [message])).toEqual([expect.stringMatching(/^warn job type unknown here .*"attempt":0/)]);
    expect(await test.countMessages("job-requests")).toBe(before + 1);
    const { job_id: id, operation_id: operationId } = message as Record<"job_id" | "operation_id", string>;
    await claimJob(test.app, { workspaceId: "default", jobId: id, operationId });
    expect(await logOf(older, [message])).toEqual([expect.stringMatching(/^warn job type unknown here .*"attempt":1/)]);
    const stored = await test.app.jobs.require({ workspaceId: "default", jobId: id });
    await test.app.jobs.save(evolve(stored.job, anEnd, new Date()), stored);
    expect(await logOf(older, [message])).toEqual([expect.stringMatching(/^info message obsolete /)]);
  });

  it("says that it was fenced when another worker took the job in the middle", async () => {
    const test = await createTestApp({ profiles: [] });
    const late = { ...test.app.clock, now: () => new Date(Date.now() + 3_600_000) };
    const stolen = echoProfile(async ({ jobId, payload }) => {
      const { job } = await robbed.test.app.jobs.require({ workspaceId: "default", jobId });
      await claimJob({ ...robbed.test.app, clock: late }, job);
      return payload;
    });
    const robbed = await submitted(stolen);
    const [line] = await logOf(robbed.test, [robbed.message]);
    expect(line).toMatch(/^warn job fenced \{"job_id":"job_/);
  });

  it("sets aside what is no envelope, and says so as an error", async () => {
    const { test } = await submitted(echoProfile());
    expect(await logOf(test, [{ job: 1 }])).toEqual([expect.stringMatching(/^error message set aside /)]);
    expect(await test.app.deadLetters.list({}, 10)).toMatchObject([
      { stored: { letter: { capability: "documents", payload: { inline: '{"job":1}' } } } },
    ]);
  });

  it.each([
    ["an error of ours", new MillraceError("DOWNLOAD_FAILED", "gone", { details: { status: 502 } }), `"status":502`],
    ["an error that nobody foresaw", new TypeError("AccountKey=secret"), "worker.test."],
  ])("tells the log of %s what can help, and none of an unknown text", async (_, thrown, told) => {
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const work = async (): Promise<never> => {
      throw thrown;
    };
    const test = await createTestApp({ profiles: [echoProfile(work)] });
    await test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text: "hi" } } });
    const [message] = await test.peek("job-requests");
    const worker = createWorker(test.app, queuesOf(test));
    await worker(JSON.parse(message ?? ""), { info: write, warn: write, error: write });

    const failure = lines.find((line) => line.startsWith("attempt failed"));
    expect(failure).toContain(told);
    expect(lines.join()).not.toContain("secret");
  });
});
