import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { SETTING_NAMES, readSettings } from "../../src/platform/settings.ts";

interface LocalSettings {
  readonly Values: Readonly<Record<string, string>>;
}

describe("local.settings.json.example", () => {
  const { Values: values } = JSON.parse(readFileSync("local.settings.json.example", "utf8")) as LocalSettings;

  it("has every setting, and no other but the host's own (R-318)", () => {
    const { FUNCTIONS_WORKER_RUNTIME: runtime, ...ours } = values;
    expect(runtime).toBe("node");
    expect(Object.keys(ours).sort()).toEqual([...SETTING_NAMES].sort());
  });

  it("can be read as it stands, and says what is so by default", () => {
    const given = readSettings(values);
    expect(given).toEqual(
      readSettings({ AzureWebJobsStorage: given.AzureWebJobsStorage, OPENAI_API_KEY: given.OPENAI_API_KEY }),
    );
  });

  it("is documented, setting by setting", () => {
    const documented = readFileSync("docs/settings.md", "utf8");
    for (const name of SETTING_NAMES) expect(documented).toContain(`| \`${name}\` |`);
  });
});
