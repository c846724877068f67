import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import type { OpenAIServer } from "../../local/emulators/openai/server.ts";
import { startHttpServer } from "../support/http-server.ts";
import type { TestServer } from "../support/http-server.ts";
import { makeBombPdf, makePdf, numberedPages } from "../support/pdfs.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

const PDF = "application/pdf";
const TEXT = [
  "The mill on the river grinds grain for three villages. Its wheel turns day and night in spring.",
  "In summer the water falls and the wheel stands still. The miller mends the race and sharpens the stones.",
];

describe("summarize-pdf", () => {
  let model: OpenAIServer;
  let files: TestServer;
  let test: TestApp;
  let served: Buffer;
  beforeAll(async () => {
    model = await startOpenAIServer({ port: 0 });
    served = await makePdf({ pages: TEXT });
    files = await startHttpServer(({ url }, response) => {
      const types: Readonly<Record<string, string>> = { "/page": "text/html", "/bytes": "application/octet-stream" };
      if (url === "/metadata") response.writeHead(302, { location: "http://169.254.169.254/metadata/instance" }).end();
      else if (url === "/gone") response.writeHead(404).end();
      else response.setHeader("content-type", types[url ?? ""] ?? PDF).end(served);
    });
    test = await createTestApp({
      environment: { OPENAI_BASE_URL: model.baseUrl, FETCH_ALLOWED_ORIGINS: files.origin, PDF_MEMORY_MB: "400" },
    });
  });
  afterAll(async () => Promise.all([model.stop(), files.stop()]));

  /** The job as a client sees it after its message was delivered once. */
  async function summarize(document: object, fields: object = {}): Promise<Record<string, unknown>> {
    const body = { job_type: "summarize-pdf", payload: { document, ...fields } };
    const { status, json } = await test.request("POST", "/api/jobs", { body });
    expect([status, json["errors"]]).toEqual([202, undefined]);
    await test.deliver("job-requests");
    return (await test.request("GET", `/api/jobs/${String(json["job_id"])}`)).json;
  }

  async function upload(bytes: Buffer): Promise<{ file_id: unknown }> {
    const { json } = await test.request("POST", "/api/files", { body: bytes, headers: { "content-type": PDF } });
    return { file_id: json["file_id"] };
  }

  it("summarises an uploaded PDF, and says what that took", async () => {
    const job = await summarize(await upload(await makePdf({ pages: TEXT })), { style: "paragraph", max_words: 60 });
    expect(job).toMatchObject({
      status: "completed",
      attempt: 1,
      progress: { fraction: 1 },
      result: { pages: 2, characters: TEXT.join("").length },
      usage: { model: "gpt-5-mini", calls: 1, price_version: "list-2025-08" },
      steps: ["extract", "split", "summarize", "merge"].map((name) => ({ name, status: "completed", attempt: 1 })),
    });
    const { summary, words } = job["result"] as { summary: string; words: number };
    expect(summary).toMatch(/mill|wheel/);
    expect(summary.split(/\s+/)).toHaveLength(words);
    expect(words).toBeLessThanOrEqual(60);
    expect((job["usage"] as { estimated_cost_usd: number }).estimated_cost_usd).toBeGreaterThan(0);
  });

  it("summarises 480 pages in parts", async () => {
    const job = await summarize(await upload(await makePdf({ pages: numberedPages(480) })));
    expect(job).toMatchObject({ status: "completed", result: { pages: 480 } });
    expect((job["usage"] as { calls: number }).calls).toBeGreaterThan(1);
    expect((job["result"] as { summary: string }).summary).toMatch(/^- /);
  });

  it("reads only the pages that are asked for, as far as there are any", async () => {
    const document = await upload(await makePdf({ pages: [...TEXT, "The third page tells of eels."] }));
    expect(await summarize(document, { pages: { from: 2, to: 2 } })).toMatchObject({
      result: { pages: 1, characters: TEXT[1]?.length, summary: expect.stringMatching(/miller|summer/) },
    });
    const toTheEnd = await summarize(document, { pages: { from: 3, to: 99 } });
    expect(toTheEnd).toMatchObject({ result: { pages: 1, summary: expect.stringContaining("eels") } });
    expect(await summarize(document, { pages: { from: 4, to: 4 } })).toMatchObject({
      status: "failed",
      attempt: 1,
      error: { code: "PAGES_NOT_FOUND", message: expect.stringContaining("3 pages") },
    });
    const empty = await upload(await makePdf({ pages: [...TEXT, ""] }));
    expect(await summarize(empty, { pages: { from: 3, to: 3 } })).toMatchObject({ error: { code: "PDF_NO_TEXT" } });
  });

  it.each([
    [{ from: 0, to: 1 }, "/payload/pages/from"],
    [{ from: 3, to: 2 }, "/payload/pages/to"],
    [{ from: 1 }, "/payload/pages/to"],
  ])("refuses pages %j", async (pages, pointer) => {
    const body = { job_type: "summarize-pdf", payload: { document: { url: "https://example.com/a.pdf" }, pages } };
    const { status, json } = await test.request("POST", "/api/jobs", { body });
    expect([status, json["errors"]]).toEqual([422, [{ pointer, message: expect.any(String) }]]);
  });

  it.each(["/report.pdf", "/bytes"])("summarises a PDF that an address holds: %s", async (path) => {
    const job = await summarize({ url: files.origin + path });
    expect(job).toMatchObject({ status: "completed", result: { pages: 2 } });
  });

  it.each([
    ["a password", async () => makePdf({ pages: ["Secret."], userPassword: "open sesame" }), "PDF_ENCRYPTED"],
    ["pictures of pages", async () => makePdf({ pages: ["", ""] }), "PDF_NO_TEXT"],
    ["a bomb", async () => makeBombPdf(700), "PDF_TOO_COMPLEX"],
    ["noise", async () => Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(5000, 0xa7)]), "PDF_INVALID"],
  ])("refuses a PDF with %s for good, at the first attempt", async (_, make, code) => {
    const job = await summarize(await upload(await make()));
    expect(job).toMatchObject({
      status: "failed",
      attempt: 1,
      error: { code, kind: "permanent", retryable: false },
      steps: [
        { name: "extract", status: "failed" },
        ...["split", "summarize", "merge"].map((name) => ({ name, status: "pending", attempt: 0 })),
      ],
    });
    expect(job).not.toHaveProperty("result");
    expect((await test.request("GET", "/api/health/live")).status).toBe(200);
  });

  it.each([
    ["leads to a private one", "/metadata", "URL_FORBIDDEN"],
    ["is gone", "/gone", "DOWNLOAD_REFUSED"],
    ["holds a page", "/page", "DOWNLOAD_TYPE_MISMATCH"],
  ])("refuses an address that %s for good, at the first attempt", async (_, path, code) => {
    const job = await summarize({ url: files.origin + path });
    expect(job).toMatchObject({ status: "failed", attempt: 1, error: { code, kind: "permanent" } });
    expect(JSON.stringify(job["error"])).not.toContain("169.254");
  });

  it("refuses what an address holds when it is no PDF, whatever its type says", async () => {
    served = Buffer.from("GIF89a");
    const job = await summarize({ url: `${files.origin}/report.pdf` });
    expect(job).toMatchObject({ status: "failed", attempt: 1, error: { code: "PDF_INVALID" } });
  });

  it("tries again when the model does not answer", async () => {
    const silent = await createTestApp({ environment: { OPENAI_BASE_URL: "http://127.0.0.1:9/v1" } });
    const body = await makePdf({ pages: TEXT });
    const { json: file } = await silent.request("POST", "/api/files", { body, headers: { "content-type": PDF } });
    const submit = { job_type: "summarize-pdf", payload: { document: { file_id: file["file_id"] } } };
    const { json } = await silent.request("POST", "/api/jobs", { body: submit });
    await silent.deliver("job-requests");
    const { json: job } = await silent.request("GET", `/api/jobs/${String(json["job_id"])}`);
    expect(job).toMatchObject({ status: "failed", attempt: 1, error: { code: "PROVIDER_UNAVAILABLE" } });
    expect(job["error"]).toMatchObject({ message: expect.stringContaining('part 1 of 1 of step "summarize"') });
    expect(silent.hub.calls.map((call) => call.do)).toEqual([
      ...["task", "task", "open-map"],
      ...["part", "part", "part", "part"],
    ]);
  });
});
