import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { startHttpServer } from "../support/http-server.ts";
import type { TestServer } from "../support/http-server.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

const MAX_BYTES = 100_000;

async function picture(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: "teal" } })
    .png()
    .toBuffer();
}

/** A PNG of a few bytes that says it is 50,000 pixels wide and high. */
function hugePng(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.from([0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50, 1, 0, 0, 0, 0]); // One bit of grey for each pixel.
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  const rows = deflateSync(Buffer.alloc(1000));
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

/** As PNG wants it (ISO 3309); zlib's own came with Node 22. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe("thumbnail", () => {
  let server: TestServer;
  let test: TestApp;
  let failures = 0;
  beforeAll(async () => {
    const wide = await picture(800, 400);
    server = await startHttpServer(({ url = "" }, response) => {
      const send = (type: string, bytes: Buffer) => response.setHeader("content-type", type).end(bytes);
      if (url === "/wide.png") send("image/png", wide);
      else if (url === "/text.png") send("image/png", Buffer.from("not a picture at all"));
      else if (url === "/half.png") send("image/png", wide.subarray(0, wide.length / 2));
      else if (url === "/page") send("text/html", Buffer.from("<html>"));
      else if (url === "/large.png") send("image/png", Buffer.alloc(MAX_BYTES + 1));
      else if (url === "/huge.png") send("image/png", hugePng());
      else if (url === "/private") response.writeHead(302, { location: "http://10.0.0.1/a.png" }).end();
      else if (url === "/moody.png" && (failures += 1) === 1) response.writeHead(503).end();
      else if (url === "/moody.png") send("image/png", wide);
      else response.writeHead(404).end();
    });
    const environment = { FETCH_ALLOWED_ORIGINS: server.origin, MAX_DOWNLOAD_BYTES: String(MAX_BYTES) };
    test = await createTestApp({ environment });
  });
  afterAll(async () => server.stop());

  async function shrink(path: string, fields: object = {}): Promise<Record<string, unknown>> {
    const body = { job_type: "thumbnail", payload: { asset_url: server.origin + path, ...fields } };
    const { json } = await test.request("POST", "/api/jobs", { body });
    await test.deliver("job-images");
    return (await test.request("GET", `/api/jobs/${String(json["job_id"])}`)).json;
  }

  async function artifactOf(job: Record<string, unknown>): Promise<{ headers: Headers; bytes: Buffer }> {
    return test.request("GET", `/api/jobs/${String(job["job_id"])}/artifacts/thumbnail.webp`);
  }

  it("makes a WebP of the wanted width, and keeps the proportions", async () => {
    const job = await shrink("/wide.png", { width: 200 });
    const { headers, bytes } = await artifactOf(job);
    expect(headers.get("content-type")).toBe("image/webp");
    expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width: 200, height: 100 });
    expect(job).toMatchObject({
      status: "completed",
      result: { width: 200, height: 100, bytes: bytes.length, content_type: "image/webp", artifact: "thumbnail.webp" },
    });
    expect(job).not.toHaveProperty("usage");
    const { artifacts } = job["result"] as { artifacts: { name: string; url: string; bytes: number }[] };
    expect(artifacts.map(({ name }) => name)).toEqual([`${String(job["job_id"])}.json`, "thumbnail.webp"]);
    expect(artifacts[1]).toMatchObject({ bytes: bytes.length });
  });

  it("is 320 wide if nobody says more, and never larger than the picture was", async () => {
    expect(await shrink("/wide.png")).toMatchObject({ result: { width: 320, height: 160 } });
    expect(await shrink("/wide.png", { width: 2000 })).toMatchObject({ result: { width: 800, height: 400 } });
  });

  it.each([
    ["bytes that are no picture", "/text.png", "IMAGE_INVALID"],
    ["half a picture", "/half.png", "IMAGE_INVALID"],
    ["a picture of 2.5 billion pixels", "/huge.png", "IMAGE_INVALID"],
    ["a page", "/page", "DOWNLOAD_TYPE_MISMATCH"],
    ["nothing", "/nothing", "DOWNLOAD_REFUSED"],
    ["too much", "/large.png", "DOWNLOAD_TOO_LARGE"],
    ["a way to a private address", "/private", "URL_FORBIDDEN"],
  ])("refuses %s for good, at the first attempt", async (_, path, code) => {
    const job = await shrink(path);
    expect(job).toMatchObject({ status: "failed", attempt: 1, error: { code, kind: "permanent", retryable: false } });
    expect((await artifactOf(job)).headers.get("content-type")).toBe("application/problem+json");
  });

  it("waits for another attempt when the server has a bad moment", async () => {
    const job = await shrink("/moody.png");
    expect(job).toMatchObject({ status: "accepted", attempt: 1, wait_reason: { code: "RETRYING" } });
  });
});
