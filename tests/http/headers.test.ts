import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { etagOf, noneMatch } from "../../src/http/etag.ts";
import { originOf } from "../../src/http/origin.ts";
import { preferredWaitSeconds } from "../../src/http/prefer.ts";
import { readQuery } from "../../src/http/read-query.ts";
import { aJob } from "../support/a-job.ts";

describe("preferredWaitSeconds()", () => {
  it.each([
    [null, 0],
    ["", 0],
    ["wait=10", 10],
    ["WAIT = 10", 10],
    ['wait="10"', 10],
    ["respond-async, wait=10", 10],
    ["wait=10; foo=bar, handling=lenient", 10],
    ["wait=0", 0],
    ["wait=61", 60],
    ["wait=999999", 60],
    ["wait=99999999", 60],
    ["wait=-1", 0],
    ["wait=1.5", 0],
    ["wait=ten", 0],
    ["wait", 0],
    ["await=10", 0],
    ["respond-async", 0],
  ])("makes of %j %j seconds", (header, seconds) => {
    expect(preferredWaitSeconds(header)).toBe(seconds);
  });
});

describe("noneMatch()", () => {
  const etag = '"abcdefgh.3"';

  it.each([
    ["no header", null, true],
    ["another etag", '"abcdefgh.2"', true],
    ["the etag", etag, false],
    ["the weak form of it", `W/${etag}`, false],
    ["a list that holds it", `"x", W/${etag} ,"y"`, false],
    ["a list that does not", '"x", "y"', true],
    ["a star", "*", false],
    ["the etag without its quotes", "abcdefgh.3", true],
  ])("compares with %s", (_, header, expected) => {
    expect(noneMatch(header, etag)).toBe(expected);
  });
});

describe("etagOf()", () => {
  it("changes with the version, the operation and what it waits for, and is weak", () => {
    const job = aJob({ phase: "queued", operationId: `op_${"0".repeat(34)}`, version: 1 });
    const tags = [
      etagOf(job, "SCHEDULED"),
      etagOf(job, "QUEUED"),
      etagOf(job, undefined),
      etagOf({ ...job, version: 2 }, undefined),
      etagOf({ ...job, operationId: `op_${"0".repeat(33)}1` }, undefined),
    ];
    expect(new Set(tags).size).toBe(5);
    for (const tag of tags) expect(tag).toMatch(/^W\/"[0-9A-Za-z.]+"$/);
  });
});

describe("originOf()", () => {
  const origin = (headers: Record<string, string>, publicOrigin?: string) =>
    originOf({ url: "http://localhost:7071/api/jobs?x=1", headers: new Headers(headers) }, publicOrigin);

  it.each([
    ["nothing", {}, "http://localhost:7071"],
    ["a host", { "x-forwarded-host": "api.example.com" }, "http://api.example.com"],
    ["a scheme", { "x-forwarded-proto": "https" }, "https://localhost:7071"],
    [
      "several proxies",
      { "x-forwarded-host": "api.example.com:8443, inner", "x-forwarded-proto": "https,http" },
      "https://api.example.com:8443",
    ],
    ["an IPv6 address", { "x-forwarded-host": "[2001:db8::1]:80" }, "http://[2001:db8::1]:80"],
    [
      "capital letters",
      { "x-forwarded-host": "API.Example.com", "x-forwarded-proto": "HTTPS" },
      "https://api.example.com",
    ],
    ["a path", { "x-forwarded-host": "evil.example/x" }, "http://localhost:7071"],
    ["credentials", { "x-forwarded-host": "user@evil.example" }, "http://localhost:7071"],
    ["a port that no host has", { "x-forwarded-host": "api.example.com:99999" }, "http://localhost:7071"],
    ["an address that is none", { "x-forwarded-host": "[:::]" }, "http://localhost:7071"],
    ["markup", { "x-forwarded-host": '"><script>' }, "http://localhost:7071"],
    ["another scheme", { "x-forwarded-proto": "javascript" }, "http://localhost:7071"],
    ["empty values", { "x-forwarded-host": "", "x-forwarded-proto": "" }, "http://localhost:7071"],
  ])("makes of %s said by a proxy", (_, headers, expected) => {
    expect(origin(headers)).toBe(expected);
  });

  it("believes the setting more than any header", () => {
    expect(origin({ "x-forwarded-host": "evil.example" }, "https://api.example.com/ignored")).toBe(
      "https://api.example.com",
    );
  });
});

describe("readQuery()", () => {
  const schema = z.strictObject({ limit: z.coerce.number().int().min(1).optional(), name: z.string().optional() });
  const read = (query: string) => readQuery(`http://localhost/api${query}`, schema);

  it("parses what is there, and leaves the host's key alone", () => {
    expect(read("?limit=5&code=secret&name=%C3%A4+b")).toEqual({ limit: 5, name: "ä b" });
    expect(read("")).toEqual({});
  });

  it.each(["?limti=5", "?limit=5&x", "?__proto__=1", "?constructor=1", "?toString=1"])("knows no %s", (query) => {
    expect(() => read(query)).toThrow("There is no query parameter");
  });

  it.each(["?limit=0", "?limit=x", "?limit=", "?limit=1.5", "?limit=1&limit=2"])("refuses %s", (query) => {
    expect(() => read(query)).toThrow('Query parameter "limit"');
  });

  it("refuses an error code under the key's name where there is a filter for such codes: it would be dropped", () => {
    const filters = z.strictObject({ error_code: z.string().optional() });
    expect(() => readQuery("http://localhost/api?code=EXPIRED", filters)).toThrow('filter by "error_code"');
    expect(readQuery("http://localhost/api?code=secret&error_code=EXPIRED", filters)).toEqual({
      error_code: "EXPIRED",
    });
    expect(read("?code=EXPIRED")).toEqual({});
  });

  it("refuses every parameter where a route takes none, and never repeats a key", () => {
    expect(() => readQuery("http://localhost/api?x=1&code=secret", undefined)).toThrow("none is taken here");
    expect(readQuery("http://localhost/api?code=secret", undefined)).toEqual({});
  });
});
