import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { createApp } from "../../src/app.ts";
import { ERROR_CODES } from "../../src/contract/error-codes.ts";
import type { ErrorCode } from "../../src/contract/error-codes.ts";
import { problemType } from "../../src/contract/problem.ts";
import { profileListSchema, profileViewSchema } from "../../src/contract/profile-view.ts";
import { readSettings } from "../../src/platform/settings.ts";
import { takeStorageAccount } from "../support/storage-account.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});

describe("GET /api/health", () => {
  it("lives", async () => {
    const { status, json } = await test.request("GET", "/api/health/live");
    expect([status, json]).toEqual([200, { status: "ok" }]);
  });

  it("is ready when every service answers", async () => {
    const { status, json } = await test.request("GET", "/api/health/ready");
    expect([status, json]).toEqual([200, { status: "ok", checks: { tables: "ok", queues: "ok", blobs: "ok" } }]);
  });

  it("is not ready before its storage is prepared", async () => {
    const app = createApp(readSettings({ AzureWebJobsStorage: takeStorageAccount(), OPENAI_API_KEY: "none" }));
    expect(await app.storage.check()).toEqual({ tables: "failing", queues: "failing", blobs: "failing" });
    await app.storage.prepare();
    expect(await app.storage.check()).toEqual({ tables: "ok", queues: "ok", blobs: "ok" });
  });

  it("is not ready when storage is gone, and says so soon", async () => {
    const port = await closedPort();
    const gone = test.connectionString.replace(/127\.0\.0\.1:\d+/g, `127.0.0.1:${port}`);
    const app = createApp(readSettings({ AzureWebJobsStorage: gone, OPENAI_API_KEY: "none" }));
    const started = performance.now();
    expect(await app.storage.check()).toEqual({ tables: "failing", queues: "failing", blobs: "failing" });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  async function closedPort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
});

describe("GET /api/docs", () => {
  it("shows a page that asks no other server for anything", async () => {
    const page = await test.request("GET", "/api/docs");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const links = Array.from(page.text.matchAll(/(?:src|href)="([^"]+)"/g), ([, link]) => link ?? "");
    expect(links).toHaveLength(3);
    for (const link of links) {
      const asset = await test.request("GET", link);
      expect(asset.status).toBe(200);
      expect(asset.headers.get("content-type")).toMatch(/^text\/(?:css|javascript); charset=utf-8$/);
      expect(asset.headers.get("cache-control")).toContain("max-age");
      expect(asset.bytes.length).toBeGreaterThan(50);
    }
  });

  it.each(["package.json", "..%2fpackage.json", "constructor", "__proto__", "swagger-ui.css.map"])(
    "has no %s",
    async (name) => {
      const { status, json } = await test.request("GET", `/api/docs/${name}`);
      expect([status, json["code"]]).toEqual([404, "NOT_FOUND"]);
    },
  );
});

describe("GET /problems/{problem}", () => {
  it.each(Object.keys(ERROR_CODES) as ErrorCode[])("has a page for %s", async (code) => {
    const { status, text, headers } = await test.request("GET", problemType(code));
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    for (const words of [code, ERROR_CODES[code].title, ERROR_CODES[code].kind]) expect(text).toContain(words);
  });

  it.each(["nope", "__proto__", "%3Cscript%3E"])("has none for %s", async (name) => {
    const { status, text } = await test.request("GET", `/problems/${name}`);
    expect(status).toBe(404);
    expect(text).not.toContain("<script>");
  });
});

describe("GET /api/profiles", () => {
  it("lists every job type with its contract", async () => {
    const { status, json } = await test.request("GET", "/api/profiles");
    expect(status).toBe(200);
    const { value } = profileListSchema.parse(json);
    expect(value.map(({ id }) => id).sort()).toEqual([
      "extract-fields",
      "report",
      "summarize-pdf",
      "summarize-text",
      "thumbnail",
    ]);
  });

  it("gives one, with the schema that submits are checked by and a price where it is known", async () => {
    const { json } = await test.request("GET", "/api/profiles/summarize-pdf");
    const profile = profileViewSchema.parse(json);
    expect(profile.payload_schema).toMatchObject({ type: "object", required: ["document"] });
    expect(profile.prices).toEqual([
      {
        model: "gpt-5-mini",
        input_per_million_usd: 0.25,
        output_per_million_usd: 2,
        price_version: "list-2025-08",
      },
    ]);
    expect((await test.request("GET", "/api/profiles/thumbnail")).json["prices"]).toEqual([]);
  });
});
