import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { openKeyRing } from "../../../../local/host/server/keys.ts";

const request = (key?: string, url = "/") =>
  ({ url, headers: key === undefined ? {} : { "x-functions-key": key } }) as unknown as IncomingMessage;

describe("openKeyRing()", () => {
  const folder = mkdtempSync(join(tmpdir(), "keys-"));
  const path = join(folder, "keys.json");
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("makes keys once, for the owner's eyes only", async () => {
    const ring = await openKeyRing(folder);
    expect(ring.path).toBe(path);
    expect(statSync(path).mode & 0o077).toBe(0);
    const before = statSync(path).mtimeMs;
    await openKeyRing(folder);
    expect(statSync(path).mtimeMs).toBe(before);
  });

  it("opens one function by its own key, all by a host key, everything by the master key", async () => {
    writeFileSync(path, JSON.stringify({ master: "M", host: { a: "H" }, functions: { One: { default: "F" } } }));
    const { allows } = await openKeyRing(folder);
    const opened = (key: string) => [
      allows(request(key), "function", "one"),
      allows(request(key), "function", "two"),
      allows(request(key), "admin"),
    ];
    expect([opened("F"), opened("H"), opened("M"), opened("x")]).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
      [false, false, false],
    ]);
    expect(allows(request(), "anonymous")).toBe(true);
    expect(allows(request(undefined, "/?code=H"), "function")).toBe(true);
    expect(allows(request("x", "/?code=H"), "function")).toBe(false); // the header wins
    expect(allows(request(""), "function")).toBe(false);
  });

  it("says how the file has to look", async () => {
    writeFileSync(path, "{}");
    await expect(openKeyRing(folder)).rejects.toThrow(/keys\.json": it must be like \{"master"/);
  });
});
