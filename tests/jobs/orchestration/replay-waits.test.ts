import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "@jest/globals";
import { RUN_JOB, RUN_POLL } from "../../../src/jobs/orchestration/plan.ts";
import { expectToFit } from "../../support/fitting-histories.ts";
import { startHostProcess } from "../../support/host-process.ts";
import { startHttpServer } from "../../support/http-server.ts";
import { readHubHistories } from "../../support/hub-histories.ts";
import type { RecordedHistory } from "../../support/hub-histories.ts";
import { keepHistories } from "../../support/keep-histories.ts";
import { takeStorageAccount } from "../../support/storage-account.ts";

/** What is kept of each version is replayed by `replay.test.ts`; to record that of a new one, see there. */
describe("the orchestrators of jobs that wait", () => {
  it("go through what the host records of them today (R-270)", async () => {
    const { asked, called, polled, poll } = await record();
    for (const history of [asked, called, polled, poll]) await expectToFit(history);
    const version = process.env["RECORD_HISTORIES"];
    if (version)
      await keepHistories(join("tests/fixtures/histories", version), {
        "run-job-with-approval": asked,
        "run-job-with-callback": called,
        "run-job-with-poll": polled,
        "run-poll": poll,
      });
  });
});

/** One that people decide on after it was escalated, one that a worker calls back for, and one that looks itself. */
async function record(): Promise<Record<"asked" | "called" | "polled" | "poll", RecordedHistory>> {
  let url = "";
  const worker = await startHttpServer((request, response) => {
    void text(request).then(async (body) => {
      const call = JSON.parse(body) as { callback_url: string };
      response.writeHead(202).end();
      await send(`${url}${new URL(call.callback_url).pathname}`, { text: "HELLO" });
    });
  });
  const state = await mkdtemp(join(tmpdir(), "millrace-hub-"));
  const host = await startHostProcess(
    {
      AzureWebJobsStorage: takeStorageAccount(),
      EXTERNAL_WORKERS: `shouter=${worker.origin}/shout`,
      EXTERNAL_WORKER_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      CALLBACK_SECRET: "c".repeat(32),
      PUBLIC_ORIGIN: "https://jobs.example.com",
    },
    { app: "tests/fixtures/apps/caller", state },
  );
  ({ url } = host);
  const operations: string[] = [];
  try {
    const asked = await submit(url, "asker", "asked");
    await until(
      asked,
      ({ wait_reason: reason }) => (reason as { code?: string } | undefined)?.code === "APPROVAL_OVERDUE",
    );
    await send(`${asked}/decision`, { decision: "approve" });
    for (const path of [asked, await submit(url, "caller", "called"), await submit(url, "looker", "polled")])
      operations.push(String((await until(path, ({ status }) => status === "completed"))["operation_id"]));
    while (!(await statuses(url)).every((status) => status === "Completed"));
  } finally {
    await host.stop();
    await worker.stop();
  }
  const recorded = await readHubHistories(state, "TestHubName");
  await rm(state, { recursive: true });
  const jobs = operations.map((id) =>
    recorded.find(({ name, instanceId }) => name === RUN_JOB && instanceId.startsWith(id)),
  );
  const poll = recorded.find(({ name }) => name === RUN_POLL);
  const [asked, called, polled] = jobs;
  expect(recorded).toHaveLength(4);
  if (!asked || !called || !polled || !poll) throw new Error("Not all was recorded");
  return { asked, called, polled, poll };
}

async function send(url: string, body: object): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json" };
  const words = await (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).text();
  return words === "" ? {} : (JSON.parse(words) as Record<string, unknown>);
}

async function submit(url: string, job_type: string, said: string): Promise<string> {
  const { job_id } = await send(`${url}/api/jobs`, { job_type, payload: { text: said } });
  return `${url}/api/jobs/${String(job_id)}`;
}

async function until(path: string, holds: (job: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
  for (;;) {
    const job = (await (await fetch(`${path}?wait=1`)).json()) as Record<string, unknown>;
    if (holds(job)) return job;
    expect(job["status"]).not.toBe("failed");
  }
}

async function statuses(url: string): Promise<string[]> {
  const instances = await fetch(`${url}/runtime/webhooks/durabletask/instances`);
  return ((await instances.json()) as { runtimeStatus: string }[]).map(({ runtimeStatus }) => runtimeStatus);
}
