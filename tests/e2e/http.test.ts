import { createHash } from "node:crypto";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { startOpenAIServer } from "../../local/emulators/openai/server.ts";
import type { OpenAIServer } from "../../local/emulators/openai/server.ts";
import { startHostProcess } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { startHttpServer } from "../support/http-server.ts";
import { makePdf, numberedPages } from "../support/pdfs.ts";
import { takeStorageAccount } from "../support/storage-account.ts";

type View = Readonly<Record<string, unknown>>;
const JSON_TYPE = { "content-type": "application/json" };

/** What the README does with curl, against the app on its host. */
describe("the API over HTTP", () => {
  let model: OpenAIServer;
  let samples: Awaited<ReturnType<typeof startHttpServer>>;
  let host: HostProcess;
  beforeAll(async () => {
    model = await startOpenAIServer({ port: 0 });
    const image = await sharp({ create: { width: 800, height: 400, channels: 3, background: "teal" } })
      .png()
      .toBuffer();
    samples = await startHttpServer((_, response) => response.setHeader("content-type", "image/png").end(image));
    host = await startHostProcess({
      AzureWebJobsStorage: takeStorageAccount(),
      OPENAI_BASE_URL: model.baseUrl,
      FETCH_ALLOWED_ORIGINS: samples.origin,
      MODEL_PRICES: '{"gpt-5-mini":{"input_per_million_usd":1000,"output_per_million_usd":2000}}',
    });
  });
  afterAll(async () => {
    await host.stop();
    await Promise.all([model.stop(), samples.stop()]);
  });

  const post = async (path: string, body: unknown, headers: Record<string, string> = JSON_TYPE) =>
    fetch(host.url + path, {
      method: "POST",
      headers,
      body: body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
    });
  const get = async (path: string, headers: Record<string, string> = {}) => fetch(host.url + path, { headers });
  const json = async (answer: Response) => (await answer.json()) as View;
  const ended = async (path: string) => {
    for (;;) {
      const job = await json(await get(`${path}?wait=20`));
      if (job["status"] !== "accepted" && job["status"] !== "running") return job;
    }
  };

  it("takes a PDF from upload to summary, artifact and cost (R-069, R-104, R-194)", async () => {
    const content = await makePdf({ pages: numberedPages(4) });
    const upload = await post("/api/files?name=four.pdf", content, { "content-type": "application/pdf" });
    expect(upload.status).toBe(201);
    const file = await json(upload);
    expect(file).toMatchObject({
      bytes: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
      content_type: "application/pdf",
    });

    const submitted = await post("/api/jobs", {
      job_type: "summarize-pdf",
      payload: { document: { file_id: file["file_id"] }, style: "paragraph", max_words: 60 },
    });
    expect(submitted.status).toBe(202);
    expect(submitted.headers.get("location")).toMatch(new RegExp(`^${host.url}/api/jobs/job_`));
    const path = new URL(submitted.headers.get("location") ?? "").pathname;

    const job = await ended(path);
    expect(job).toMatchObject({ status: "completed", progress: { fraction: 1 }, result: { pages: 4 } });
    const result = job["result"] as { summary: string; words: number; artifactUrl: string };
    expect(result.words).toBeLessThanOrEqual(60);
    expect(result.summary).toMatch(/page/i);
    const usage = job["usage"] as { input_tokens: number; output_tokens: number; estimated_cost_usd: number };
    expect(usage.estimated_cost_usd).toBeCloseTo((usage.input_tokens * 1000 + usage.output_tokens * 2000) / 1e6, 9);

    const artifact = await fetch(result.artifactUrl);
    expect(artifact.headers.get("content-disposition")).toContain("attachment");
    expect(await artifact.json()).toMatchObject({ job_id: job["job_id"], result: { summary: result.summary } });
    expect(await json(await get(`${path}/result`))).toEqual(job["result"]);

    const etag = (await get(path)).headers.get("etag") ?? "";
    const unchanged = await get(path, { "if-none-match": etag });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, ""]);
    const operation = await fetch(submitted.headers.get("operation-location") ?? "");
    expect(await operation.json()).toMatchObject({ status: "Succeeded", resourceLocation: host.url + path });
    const list = await json(await get("/api/jobs?status=completed&job_type=summarize-pdf"));
    expect((list["value"] as View[]).map((entry) => entry["job_id"])).toContain(job["job_id"]);
  });

  it("makes a thumbnail of the recipe's request (R-070)", async () => {
    const body = { job_type: "thumbnail", customer_id: "cust-123", payload: { asset_url: `${samples.origin}/a.png` } };
    const submitted = await json(await post("/api/jobs", body));
    const job = await ended(new URL(String(submitted["status_url"])).pathname);
    expect(job).toMatchObject({ status: "completed", customer_id: "cust-123", result: { width: 320, height: 160 } });
    const [image] = (job["result"] as { artifacts: { name: string; url: string }[] }).artifacts.filter(
      ({ name }) => name === "thumbnail.webp",
    );
    const answer = await fetch(image?.url ?? "");
    expect(answer.headers.get("content-type")).toBe("image/webp");
    expect(await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).toMatchObject({
      width: 320,
      format: "webp",
    });
  });

  it("answers what no route matches, and methods no route has, with a problem", async () => {
    for (const answer of [await get("/api/nope"), await fetch(`${host.url}/api/jobs`, { method: "DELETE" })]) {
      expect(answer.status).toBe(404);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  it("answers HEAD with the headers of GET and no body", async () => {
    const answer = await fetch(`${host.url}/api/profiles`, { method: "HEAD" });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect((await fetch(`${host.url}/api/files`, { method: "HEAD" })).status).toBe(404);
  });

  it("refuses a body beyond the cap without parsing it, and lives on", async () => {
    const answer = await post("/api/jobs", new Uint8Array(2 * 1024 * 1024).fill(0x5b));
    expect(answer.status).toBe(413);
    expect(await json(answer)).toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    expect((await get("/api/health/live")).status).toBe(200);
  });

  it("asks for the length of a body that comes in chunks, which the host does not pass on", async () => {
    const status = await new Promise((resolve, reject) => {
      const sent = httpRequest(`${host.url}/api/jobs`, { method: "POST", headers: JSON_TYPE }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on("error", reject);
      sent.write("{");
      sent.end("}");
    });
    expect(status).toBe(411);
  });

  it("survives headers and lengths that lie", async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { ...JSON_TYPE, "content-length": "5" };
      const sent = httpRequest(`${host.url}/api/jobs`, { method: "POST", headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on("error", reject);
      sent.end("[[[[[");
    });
    expect(status).toBe(400);
    expect((await get("/api/health/ready")).status).toBe(200);
  });

  it("shows its document and its reference page, all from itself", async () => {
    expect(await json(await get("/api/openapi.json"))).toMatchObject({ info: { title: "Millrace" } });
    const page = await (await get("/api/docs")).text();
    const urls = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? "");
    expect(urls.length).toBeGreaterThan(2);
    for (const url of urls) {
      expect(url).toMatch(/^\//);
      expect((await get(url)).status).toBe(200);
    }
  });
});
