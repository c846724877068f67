import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { withLocalSettings } from "../../../local/dev/local-settings.ts";
import { aFolder } from "./runtime-process.ts";

function anApp(settings: string): string {
  const folder = aFolder();
  writeFileSync(join(folder, "local.settings.json"), settings);
  return folder;
}

describe("withLocalSettings()", () => {
  it("adds the values, and lets the environment win", () => {
    const app = anApp(`\uFEFF{ "IsEncrypted": false, "Values": { "A": "file", "B": "file" }, "Host": {} }`);
    expect(withLocalSettings({ A: "env" }, app)).toEqual({ A: "env", B: "file" });
  });

  it("changes nothing where there is no file, no value, or only encrypted ones", () => {
    for (const app of [aFolder(), anApp("{}"), anApp(`{ "IsEncrypted": true, "Values": { "A": "x" } }`)])
      expect(withLocalSettings({ B: "env" }, app)).toEqual({ B: "env" });
  });

  it.each(["{", `{ "Values": { "A": 1 } }`, "[]"])("says which file it cannot read: %s", (settings) => {
    const app = anApp(settings);
    expect(() => withLocalSettings({}, app)).toThrow(`Cannot read "${join(app, "local.settings.json")}"`);
  });
});
