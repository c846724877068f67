import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { applyValues, readLocalSettings } from "../../../../local/host/config/local-settings.ts";

describe("readLocalSettings()", () => {
  const folder = mkdtempSync(join(tmpdir(), "settings-"));
  const read = (content: string) => {
    writeFileSync(join(folder, "local.settings.json"), content);
    return readLocalSettings(folder);
  };
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("finds no settings where there is no file", async () => {
    expect(await readLocalSettings(join(folder, "elsewhere"))).toEqual({ values: {} });
  });

  it("reads values as text, the port, and a file with a byte order mark", async () => {
    const content = { Values: { A: "a", B: 1, C: true }, Host: { LocalHttpPort: 7072 } };
    expect(await read(`\uFEFF${JSON.stringify(content)}`)).toEqual({
      values: { A: "a", B: "1", C: "true" },
      localHttpPort: 7072,
    });
  });

  it("refuses encrypted files, nested values, ports that are none and broken JSON, naming the file", async () => {
    await expect(read('{"IsEncrypted": true}')).rejects.toThrow("func settings decrypt");
    await expect(read('{"Values": {"A": {}}}')).rejects.toThrow('Values["A"] must be a text, found {}');
    await expect(read('{"Host": {"LocalHttpPort": "x"}}')).rejects.toThrow("must be a port number");
    await expect(read("{")).rejects.toThrow(/Cannot read ".*local\.settings\.json"/);
  });
});

describe("applyValues()", () => {
  it("leaves what is set already", () => {
    const environment = { A: "set", B: undefined };
    applyValues({ A: "file", B: "file" }, environment);
    expect(environment).toEqual({ A: "set", B: "file" });
  });
});
