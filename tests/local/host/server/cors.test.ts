import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, it } from "@jest/globals";
import { createCors } from "../../../../local/host/server/cors.ts";

function headersFor(origins: string, origin: string): Record<string, unknown> {
  const set: Record<string, unknown> = {};
  const response = { setHeader: (name: string, value: unknown) => (set[name] = value) } as unknown as ServerResponse;
  const request = { method: "GET", headers: { origin } } as unknown as IncomingMessage;
  expect(createCors({ origins, allowsCredentials: false })(request, response)).toBe(false);
  return set;
}

describe("createCors()", () => {
  it("allows any origin with a star", () => {
    expect(headersFor("*", "https://any.example")).toEqual({ "access-control-allow-origin": "*" });
  });

  it("compares origins without regard to a path, to blanks and to the case they were configured in", () => {
    expect(headersFor(" HTTPS://One.example/ ", "https://one.example")).toEqual({
      "access-control-allow-origin": "https://one.example",
    });
    expect(headersFor("https://one.example", "https://one.example:444")).toEqual({});
  });

  it("refuses credentials for any origin", () => {
    expect(() => createCors({ origins: "*", allowsCredentials: true })).toThrow("CORSCredentials needs named origins");
  });
});
