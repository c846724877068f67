import { describe, expect, it } from "@jest/globals";
import { readAzuriteLine } from "../../../../local/emulators/storage/azurite-news.ts";

describe("readAzuriteLine()", () => {
  it.each([
    [
      "Azurite Blob service is successfully listening at http://127.0.0.1:10000",
      { kind: "listening", service: "blob", port: 10_000 },
    ],
    ["Azurite Queue service is closing...", { kind: "closing" }],
    ["Azurite Table service successfully closed", { kind: "closed", service: "table" }],
    ["Exit due to unhandled error: listen EACCES", { kind: "failed", reason: "listen EACCES" }],
    ["Shutdown close failed in status Running: no", { kind: "failed", reason: "no" }],
    ["Azurite Blob service is starting at http://127.0.0.1:10000", undefined],
    ["something else", undefined],
  ])("reads %j", (line, news) => {
    expect(readAzuriteLine(line)).toEqual(news);
  });
});
