import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startSamplesServer, type SamplesServer } from "../../../local/dev/samples-server.ts";
import { aFolder } from "./runtime-process.ts";

let server: SamplesServer;

beforeAll(async () => {
  const folder = join(aFolder(), "samples");
  mkdirSync(join(folder, "inner"), { recursive: true });
  for (const name of ["a.png", ".secret", "inner/b.png", "../outside.png"])
    writeFileSync(join(folder, name), "content");
  server = await startSamplesServer(folder);
});

afterAll(async () => server.stop());

/** `fetch` would tidy the path up before it sends it. */
async function get(
  path: string,
  method = "GET",
): Promise<{ status: number | undefined; body: string; type: string | undefined }> {
  return new Promise((resolve, reject) => {
    request(server.origin, { path, method }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode, body, type: response.headers["content-type"] });
      });
    })
      .on("error", reject)
      .end();
  });
}

describe("startSamplesServer()", () => {
  it("serves the files of its folder", async () => {
    expect(await get("/a.png")).toEqual({ status: 200, body: "content", type: "image/png" });
    expect(await get("/a.png?x=1")).toMatchObject({ status: 200 });
  });

  it("answers HEAD without the content", async () => {
    expect(await get("/a.png", "HEAD")).toEqual({ status: 200, body: "", type: "image/png" });
  });

  it.each([
    "/",
    "/none.png",
    "/.secret",
    "/inner",
    "/inner/b.png",
    "/../outside.png",
    "/..%2foutside.png",
    "/%2e%2e/outside.png",
    "//a.png",
    "/a.png%00",
  ])("has nothing at %s", async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: "" });
  });

  it("refuses to be written to", async () => {
    expect(await get("/a.png", "PUT")).toMatchObject({ status: 405 });
  });
});
