import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import type { QueueClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import type { OpenAIServer } from "../../local/emulators/openai/server.ts";
import { startHostProcess } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { makePdf, numberedPages } from "../support/pdfs.ts";
import { takeStorageAccount } from "../support/storage-account.ts";

type View = Readonly<Record<string, unknown>>;

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

describe("the other doors of a host", () => {
  let model: OpenAIServer;
  let host: HostProcess;
  let blobs: BlobServiceClient;
  let queue: QueueClient;
  let pdf: Buffer;
  beforeAll(async () => {
    model = await startOpenAIServer({ port: 0 });
    const storage = takeStorageAccount();
    host = await startHostProcess({ AzureWebJobsStorage: storage, OPENAI_BASE_URL: model.baseUrl });
    blobs = BlobServiceClient.fromConnectionString(storage);
    queue = QueueServiceClient.fromConnectionString(storage).getQueueClient("job-intake");
    pdf = await makePdf({ pages: numberedPages(2) });
  });
  afterAll(async () => {
    await host.stop();
    await model.stop();
  });

  const get = async (path: string) =>
    (await fetch(host.url + path, { headers: { "x-millrace-workspace": "default" } })).json() as Promise<View>;

  const listed = async (path: string) => (await get(path))["value"] as View[];

  /** The jobs once there are as many, and all have ended. */
  async function ended(count: number): Promise<View[]> {
    for (;;) {
      const jobs = await listed("/api/jobs?limit=100");
      if (jobs.length >= count && jobs.every(({ status }) => status === "completed" || status === "failed"))
        return jobs;
    }
  }

  it("let messages and blobs in, once each, and refuse what is wrong (R-015, R-016)", async () => {
    const file = await fetch(`${host.url}/api/files`, {
      method: "POST",
      headers: { "content-type": "application/pdf" },
      body: new Uint8Array(pdf),
    });
    const { file_id } = (await file.json()) as { file_id: string };
    const request = { job_type: "summarize-pdf", payload: { document: { file_id } } };
    await queue.sendMessage(base64({ ...request, idempotency_key: "one" }));
    await queue.sendMessage(base64({ ...request, idempotency_key: "one" }));
    await queue.sendMessage(JSON.stringify({ ...request, tags: ["plain text"] }));
    await queue.sendMessage(base64({ ...request, payload: {} }));
    const inbox = blobs.getContainerClient("millrace-inbox");
    for (const name of ["summarize-pdf/報告 #1 100%.pdf", "nope/report.pdf", "no-folder.pdf"])
      await inbox.getBlockBlobClient(name).uploadData(pdf, { blobHTTPHeaders: { blobContentType: "application/pdf" } });

    let letters = await listed("/api/ops/dead-letters");
    while (letters.length < 3) letters = await listed("/api/ops/dead-letters");
    const told = letters.map(({ code, capability }) => `${String(capability)} ${String(code)}`);
    expect(told.sort()).toEqual([
      "intake-queue UNKNOWN_JOB_TYPE",
      "intake-queue VALIDATION_FAILED",
      "intake-queue VALIDATION_FAILED",
    ]);
    const jobs = await ended(3);
    expect(jobs.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);

    // What the jobs themselves have stored calls nobody: the next sweep has found no more.
    await inbox.getBlockBlobClient("nope/next.pdf").uploadData(pdf);
    while ((await listed("/api/ops/dead-letters")).length < 4) await get("/api/health");
    expect(await ended(3)).toHaveLength(3);
    expect(await listed("/api/ops/dead-letters")).toHaveLength(4);
  });
});
