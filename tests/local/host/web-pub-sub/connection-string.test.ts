import { describe, expect, it } from "@jest/globals";
import { parseConnectionString } from "../../../../local/host/web-pub-sub/connection-string.ts";

describe("parseConnectionString()", () => {
  it("reads endpoint and key, names in any letter case, keys that end in =", () => {
    expect(parseConnectionString("Endpoint=https://x.example.org/;ACCESSKEY=a=b=;Version=1.0;")).toEqual({
      endpoint: "https://x.example.org",
      accessKey: "a=b=",
    });
  });

  it("puts the port into the endpoint", () => {
    expect(parseConnectionString("Endpoint=http://localhost;AccessKey=k;Port=8080").endpoint).toBe(
      "http://localhost:8080",
    );
  });

  it.each([
    ["AccessKey=k", "Required property not found in connection string: Endpoint."],
    ["Endpoint=http://x", "Required property not found in connection string: AccessKey."],
    ["Endpoint=http://x;AccessKey=k;Port=0", "Invalid Port value: 0"],
    ["Endpoint=http://x;AccessKey=k;accesskey=l", "Duplicate properties found in connection string: accesskey."],
    ["Endpoint=x.example.org;AccessKey=k", "must begin with http:// or https://"],
  ])("refuses %s", (text, reason) => {
    expect(() => parseConnectionString(text)).toThrow(reason);
  });
});
