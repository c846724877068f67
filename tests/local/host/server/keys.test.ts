import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

  it("gives a file without system keys the key of an extension, which opens that extension only", async () => {
    const old = { master: "M", host: { a: "H" }, functions: {}, note: "kept" };
    writeFileSync(path, JSON.stringify(old));
    const rings = await Promise.all([openKeyRing(folder), openKeyRing(folder)]);
    const [key = "", ...others] = rings.map(({ systemKey }) => systemKey("durabletask_extension") ?? "");
    expect(others).toEqual([key]);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ ...old, system: { durabletask_extension: key } });
    const { allows } = await openKeyRing(folder);
    const opened = [key, "M", "H", "x"].map((each) => allows(request(each), "system", "durabletask_extension"));
    expect(opened).toEqual([true, true, false, false]);
    expect([allows(request(key), "function", "one"), allows(request(key), "admin")]).toEqual([false, false]);
    expect(allows(request(key), "system", "another")).toBe(false);
  });

  it("agrees with another host that makes the file at the same time", async () => {
    rmSync(path);
    const rings = await Promise.all(Array.from({ length: 5 }, () => openKeyRing(folder)));
    const keys = new Set(rings.map(({ systemKey }) => systemKey("durabletask_extension")));
    expect(keys.size).toBe(1);
    expect(readdirSync(folder)).toEqual(["keys.json"]);
  });

  it("says how the file has to look", async () => {
    writeFileSync(path, "{}");
    await expect(openKeyRing(folder)).rejects.toThrow(/keys\.json": it must be like \{"master"/);
  });
});
