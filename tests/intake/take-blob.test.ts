import { BlobServiceClient } from "@azure/storage-blob";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { announceBlob } from "../../src/intake/announce-blob.ts";
import { createIntake } from "../../src/intake/intake.ts";
import { receiveIntake } from "../../src/intake/receive-intake.ts";
import type { Job } from "../../src/jobs/life/job.ts";
import { summarizePdf } from "../../src/profiles/summarize-pdf.ts";
import { thumbnail } from "../../src/profiles/thumbnail.ts";
import { makePdf } from "../support/pdfs.ts";
import { createSimulatedSite } from "../support/simulated-app.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";
import { jobsOf, lettersOf } from "../support/what-is-kept.ts";

const INTAKE = "job-intake";
const PDF = "application/pdf";
const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(8)]);
const sink = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Upload {
  readonly bytes: Buffer;
  readonly contentType?: string | undefined;
}

/** As somebody else does it. */
async function upload(blobs: BlobServiceClient, name: string, { bytes, contentType }: Upload): Promise<void> {
  const blobHTTPHeaders = contentType === undefined ? {} : { blobContentType: contentType };
  await blobs.getContainerClient("millrace-inbox").getBlockBlobClient(name).uploadData(bytes, { blobHTTPHeaders });
}

describe("takeBlob()", () => {
  let test: TestApp;
  let blobs: BlobServiceClient;
  let pdf: Buffer;
  beforeAll(async () => {
    test = await createTestApp({ environment: { MAX_UPLOAD_BYTES: "100000" } });
    blobs = BlobServiceClient.fromConnectionString(test.connectionString);
    pdf = await makePdf({ pages: ["One."] });
  });

  async function announce(name: string): Promise<void> {
    await announceBlob(test.app.storage.queue(INTAKE), `millrace-inbox/${name}`);
    await test.deliver(INTAKE);
  }
  const jobs = async () => jobsOf(test.app);
  const fileOf = async ({ payload }: Job) => {
    const { document } = (payload as { inline: { document: { file_id: string } } }).inline;
    return test.app.files.read({ workspaceId: "default", fileId: document.file_id });
  };

  it.each([
    ["a plain name", "summarize-pdf/report.pdf", PDF],
    ["folders", "summarize-pdf/2026/march/report.pdf", PDF],
    ["foreign characters", "summarize-pdf/Überblick 報告 100% #1 ?x=1&y='z'+(a).pdf", PDF],
    ["what looks like an escape", "summarize-pdf/%2e%2e%2fmillrace%00.pdf", PDF],
    ["a name that ends like an operator", "summarize-pdf/eq 'x' or PartitionKey ne '", PDF],
    ["no media type", "summarize-pdf/unsaid", undefined],
  ])("makes a file and a job of a blob with %s", async (_, name, contentType) => {
    await upload(blobs, name, { bytes: pdf, contentType });
    const before = (await jobs()).length;
    await announce(name);
    const [job] = await jobs();
    expect([(await jobs()).length, job?.jobType, job?.phase]).toEqual([before + 1, "summarize-pdf", "queued"]);
    const { file, content } = await fileOf(job as Job);
    expect(file).toMatchObject({ contentType: PDF, bytes: pdf.length, name: name.slice("summarize-pdf/".length) });
    expect(content.equals(pdf)).toBe(true);
  });

  it("makes the very row that a request makes (R-015)", async () => {
    const name = "summarize-pdf/alike.pdf";
    await upload(blobs, name, { bytes: pdf, contentType: PDF });
    await announce(name);
    const [taken] = await jobs();
    const body = { job_type: "summarize-pdf", payload: (taken?.payload as { inline: unknown }).inline };
    await test.request("POST", "/api/jobs", { body, headers: { "idempotency-key": "other" } });
    const [asked] = await jobs();
    const own = /^(jobId|operationId|traceparent|keyDigest|createdAt|acceptedAt|enqueuedAt|updatedAt)$/;
    const shared = (job: Job | undefined) => Object.entries(job ?? {}).filter(([field]) => !own.test(field));
    expect(shared(taken)).toEqual(shared(asked));
    expect(Object.keys(taken ?? {})).toEqual(Object.keys(asked ?? {}));
  });

  it("makes one job of a version, however often it is announced, and another of the next", async () => {
    const name = "summarize-pdf/versions.pdf";
    const before = (await jobs()).length;
    await upload(blobs, name, { bytes: pdf, contentType: PDF });
    for (let time = 0; time < 2; time++) await announce(name);
    expect(await jobs()).toHaveLength(before + 1);
    await upload(blobs, name, { bytes: pdf, contentType: PDF });
    for (let time = 0; time < 2; time++) await announce(name);
    const [next, first] = await jobs();
    expect(await jobs()).toHaveLength(before + 2);
    expect((await fileOf(next as Job)).file.fileId).not.toBe((await fileOf(first as Job)).file.fileId);
  });

  it("keeps no part of a blob's name in a key", async () => {
    const secret = "zebra-quagga";
    await upload(blobs, `summarize-pdf/${secret}.pdf`, { bytes: pdf, contentType: PDF });
    await announce(`summarize-pdf/${secret}.pdf`);
    const keys: string[] = [];
    for await (const { name } of blobs.getContainerClient("millrace").listBlobsFlat()) keys.push(name);
    const [job] = await jobs();
    keys.push(...Object.values((await test.app.jobs.get(job as Job))?.job ?? {}).map((value) => JSON.stringify(value)));
    expect(keys.filter((key) => key.includes("zebra"))).toEqual([]);
  });

  const png = { bytes: PNG, contentType: "image/png" };
  it.each<{ readonly what: string; readonly name: string; readonly code: string; readonly upload?: Partial<Upload> }>([
    { what: "an unknown job type", name: "nope/a.pdf", code: "UNKNOWN_JOB_TYPE" },
    { what: "a name without a job type", name: "a.pdf", code: "VALIDATION_FAILED" },
    { what: "a name that begins with a slash", name: "/a.pdf", code: "VALIDATION_FAILED" },
    { what: "a job type that takes no file", name: "thumbnail/a.png", upload: png, code: "VALIDATION_FAILED" },
    { what: "another media type", name: "summarize-pdf/a.png", upload: png, code: "VALIDATION_FAILED" },
    {
      what: "a media type that no file has",
      name: "summarize-pdf/a.txt",
      upload: { contentType: "text/plain" },
      code: "UNSUPPORTED_MEDIA_TYPE",
    },
    { what: "other bytes", name: "summarize-pdf/b.pdf", upload: { bytes: PNG }, code: "FILE_TYPE_MISMATCH" },
    { what: "nothing in it", name: "summarize-pdf/empty.pdf", upload: { bytes: Buffer.alloc(0) }, code: "BODY_EMPTY" },
    {
      what: "too much in it",
      name: "summarize-pdf/large.pdf",
      upload: { bytes: Buffer.alloc(100_001) },
      code: "PAYLOAD_TOO_LARGE",
    },
  ])("sets a blob with $what aside", async ({ name, code, upload: said = {} }) => {
    const before = (await jobs()).length;
    await upload(blobs, name, { bytes: pdf, contentType: PDF, ...said });
    await announce(name);
    const [letter] = await lettersOf(test.app);
    expect(letter).toMatchObject({ error: { code }, capability: "intake-queue" });
    expect(letter?.payload).toEqual({ inline: JSON.stringify({ blob: name }) });
    expect(await jobs()).toHaveLength(before);
  });

  it.each(["summarize-pdf/../../millrace/files/default/x", "summarize-pdf/./x", "summarize-pdf/..\\x"])(
    "reads nothing outside the container: %s",
    async (name) => {
      await announce(name);
      const [letter] = await lettersOf(test.app);
      expect(letter?.error).toMatchObject({ code: "VALIDATION_FAILED", message: expect.stringContaining("leads out") });
    },
  );

  it("lets a notice go whose blob is gone, or becomes another one while it is read", async () => {
    const letters = (await lettersOf(test.app)).length;
    expect(await receiveIntake(test.app, { id: "m", text: '{"blob":"summarize-pdf/nowhere.pdf"}' })).toEqual({
      outcome: "blobGone",
    });
    const name = "summarize-pdf/changing.pdf";
    await upload(blobs, name, { bytes: pdf, contentType: PDF });
    const { inbox } = test.app;
    const read: typeof inbox.read = async (...of) => {
      await upload(blobs, name, { bytes: pdf, contentType: PDF });
      return inbox.read(...of);
    };
    const changing = { ...test.app, inbox: { ...inbox, read } };
    expect(await receiveIntake(changing, { id: "m", text: JSON.stringify({ blob: name }) })).toEqual({
      outcome: "blobGone",
    });
    expect(await lettersOf(test.app)).toHaveLength(letters);
  });
});

describe("takeBlob() in a process that dies", () => {
  it("makes one file and one job in the end, wherever it dies", async () => {
    const name = "summarize-pdf/報告.pdf";
    const message = { blob: name };
    const deaths: string[] = [];
    for (let nth = 1, isAlive = false; !isAlive; nth++) {
      for (const at of ["before", "after"] as const) {
        const site = await createSimulatedSite([summarizePdf, thumbnail]);
        await upload(site.blobs, name, { bytes: Buffer.from("%PDF-1.7"), contentType: PDF });
        const died = await site.die({ nth, at }, async (app) => createIntake(app)(message, { id: "m", sink }));
        isAlive = !died;
        if (died) deaths.push(`${nth} ${at}`);
        await createIntake(site.app)(message, { id: "m", sink });
        const jobs = await jobsOf(site.app);
        expect([nth, at, jobs.length, (await site.blobNames()).length]).toEqual([nth, at, 1, 1]);
      }
    }
    expect(deaths.length).toBeGreaterThanOrEqual(8); // The file's blob and row, the job's rows, its message.
  });
});
