import { describe, expect, it } from "@jest/globals";
import { parseHostJson } from "../../../../../local/host/config/host-json.ts";
import { compareVersions, judgeVersion } from "../../../../../local/host/durable/dispatch/version-rules.ts";
import { readDurableOptions } from "../../../../../local/host/durable/durable-options.ts";

describe("compareVersions()", () => {
  it.each([
    ["", "", 0],
    ["", "1", -1],
    ["1", " ", 1],
    ["1.9", "1.10", -1],
    ["2", "10", -1],
    ["1.0", "1.0.0", -1],
    ["2.0.0", "1.9.9", 1],
    ["1.0", "1.0", 0],
    ["2025-01-01", "2025-02-01", -1],
    ["v2", "V2", 0],
    ["v1.0-beta", "1.0", 1],
  ])('says how "%s" stands to "%s"', (one, other, expected) => {
    expect(Math.sign(compareVersions(one, other))).toBe(expected);
  });
});

describe("judgeVersion()", () => {
  const options = (settings: Record<string, string>) =>
    readDurableOptions(
      parseHostJson({ version: "2.0", extensions: { durableTask: settings } }, "host.json").extension("durableTask"),
      {},
    );

  it("runs every version when the app has none", () => {
    expect(judgeVersion("9", options({}))).toBeUndefined();
  });

  it("runs its own version and older ones by default, and leaves others alone", () => {
    const rules = options({ defaultVersion: "2.0" });
    expect(judgeVersion("1.9", rules)).toBeUndefined();
    expect(judgeVersion("", rules)).toBeUndefined();
    expect(judgeVersion("2.0", rules)).toBeUndefined();
    expect(judgeVersion("2.1", rules)).toBe("reject");
  });

  it("runs its own version alone when that is asked for", () => {
    const rules = options({ defaultVersion: "2.0", versionMatchStrategy: "Strict", versionFailureStrategy: "Fail" });
    expect(judgeVersion("2.0", rules)).toBeUndefined();
    expect(judgeVersion("1.9", rules)).toBe("fail");
  });

  it("runs every version when that is asked for", () => {
    expect(judgeVersion("3", options({ defaultVersion: "2", versionMatchStrategy: "none" }))).toBeUndefined();
  });
});
