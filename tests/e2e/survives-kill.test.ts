import { QueueClient } from "@azure/storage-queue";
import { afterEach, describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import { startHostProcess } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { startHttpServer } from "../support/http-server.ts";
import { makePdf, numberedPages } from "../support/pdfs.ts";
import { takeStorageAccount } from "../support/storage-account.ts";

type View = Readonly<Record<string, unknown>>;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function host(environment: Readonly<Record<string, string>>): Promise<HostProcess> {
  const started = await startHostProcess(environment);
  cleanups.push(async () => started.stop());
  return started;
}

async function read(url: string): Promise<View> {
  return (await (await fetch(url)).json()) as View;
}

async function until(url: string, holds: (job: View) => boolean): Promise<View> {
  for (;;) {
    const job = await read(`${url}?wait=5`);
    if (holds(job)) return job;
  }
}

async function submitPdf(url: string): Promise<string> {
  const content = await makePdf({ pages: numberedPages(3) });
  const headers = { "content-type": "application/pdf" };
  const uploaded = await fetch(`${url}/api/files`, { method: "POST", headers, body: new Uint8Array(content) });
  const { file_id: fileId } = (await uploaded.json()) as { file_id: string };
  const submitted = await fetch(`${url}/api/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ job_type: "summarize-pdf", payload: { document: { file_id: fileId } } }),
  });
  expect(submitted.status).toBe(202);
  return `/api/jobs/${((await submitted.json()) as { job_id: string }).job_id}`;
}

describe("an accepted job", () => {
  it("ends after the host was killed in the middle of its work, with the attempt counted (P1, P2, P9, R-010)", async () => {
    let asked = 0;
    const silent = await startHttpServer(() => {
      asked++; // and never answered: the host is killed while it waits
    });
    const model = await startOpenAIServer({ port: 0 });
    cleanups.push(
      async () => silent.stop(),
      async () => model.stop(),
    );
    // The task hub is lost with its host: the supervisor of the next one finds that out.
    const impatient = { ORCHESTRATION_LEASE_SECONDS: "3", SUPERVISE_SCHEDULE: "* * * * * *" };
    const storage = { AzureWebJobsStorage: takeStorageAccount(), ...impatient };

    const first = await host({ ...storage, OPENAI_BASE_URL: `${silent.origin}/v1` });
    const path = await submitPdf(first.url);
    await until(first.url + path, () => asked > 0);
    await first.kill();

    const second = await host({ ...storage, OPENAI_BASE_URL: model.baseUrl });
    const job = await until(second.url + path, ({ status }) => status === "completed" || status === "failed");
    expect(job).toMatchObject({ status: "completed", attempt: 2 });
    expect(job["steps"]).toMatchObject(
      ["extract", "split", "summarize", "merge"].map((name) => ({ name, status: "completed", attempt: 1 })),
    );
  });

  it("ends although no worker was there when it was accepted, and the host was killed since (R-010, R-014)", async () => {
    const emulator = await startOpenAIServer({ port: 0 });
    cleanups.push(async () => emulator.stop());
    const environment = { AzureWebJobsStorage: takeStorageAccount(), OPENAI_BASE_URL: emulator.baseUrl };
    const idle = await host({ ...environment, "AzureWebJobs.work-documents.Disabled": "true" });
    const path = await submitPdf(idle.url);
    await idle.kill();

    const working = await host(environment);
    const job = await until(working.url + path, ({ status }) => status === "completed" || status === "failed");
    expect(job).toMatchObject({ status: "completed", attempt: 1 });
  });

  it("ends although its message was lost, and the host with it: the supervisor finds the row (P2, Q4)", async () => {
    const emulator = await startOpenAIServer({ port: 0 });
    cleanups.push(async () => emulator.stop());
    const environment = {
      AzureWebJobsStorage: takeStorageAccount(),
      OPENAI_BASE_URL: emulator.baseUrl,
      PATIENCE_SECONDS: "2",
      SUPERVISE_SCHEDULE: "* * * * * *",
    };
    const off = "true";
    const idle = await host({
      ...environment,
      "AzureWebJobs.work-documents.Disabled": off,
      "AzureWebJobs.supervise.Disabled": off,
    });
    const path = await submitPdf(idle.url);
    await idle.kill();
    const queue = new QueueClient(environment.AzureWebJobsStorage, "job-requests");
    expect((await queue.getProperties()).approximateMessagesCount).toBe(1);
    await queue.clearMessages();

    const working = await host(environment);
    const job = await until(working.url + path, ({ status }) => status === "completed" || status === "failed");
    expect(job).toMatchObject({ status: "completed", attempt: 1 });
  });

  it("is worked on once when two hosts share the queue", async () => {
    const emulator = await startOpenAIServer({ port: 0 });
    cleanups.push(async () => emulator.stop());
    const environment = { AzureWebJobsStorage: takeStorageAccount(), OPENAI_BASE_URL: emulator.baseUrl };
    const [one, two] = await Promise.all([host(environment), host(environment)]);
    const paths = await Promise.all(Array.from({ length: 8 }, async (_, n) => submitPdf((n % 2 ? one : two).url)));
    const jobs = await Promise.all(
      paths.map(async (path) => until(one.url + path, ({ status }) => status === "completed" || status === "failed")),
    );
    expect(jobs.map(({ status, attempt }) => ({ status, attempt }))).toEqual(
      paths.map(() => ({ status: "completed", attempt: 1 })),
    );
  });
});
