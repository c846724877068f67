import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ERROR_CODES } from "../../src/contract/error-codes.ts";
import type { ErrorCode, ErrorCodeEntry } from "../../src/contract/error-codes.ts";
import { codeOfProblemType, problemType } from "../../src/contract/problem.ts";

const CODES = Object.entries(ERROR_CODES) as [ErrorCode, ErrorCodeEntry][];

interface DocumentedCode {
  readonly code: string;
  readonly kind: string;
  readonly status: string;
  readonly title: string;
  readonly advice: string;
}

/** The rows of the tables in the page: `| CODE | kind | status | title | what to do |`. */
function documentedCodes(): DocumentedCode[] {
  const page = readFileSync(join(process.cwd(), "docs/errors.md"), "utf8");
  return page.split("\n").flatMap((line) => {
    const [code = "", kind = "", status = "", title = "", advice = ""] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    const name = /^`([A-Z_]+)`$/.exec(code)?.[1];
    return name ? [{ code: name, kind, status, title, advice }] : [];
  });
}

describe("docs/errors.md", () => {
  const documented = documentedCodes();

  it("lists every code once, in the order of the table, and no other", () => {
    expect(documented.map(({ code }) => code)).toEqual(CODES.map(([code]) => code));
  });

  it.each(CODES)("says of %s what the table says, and what to do", (code, { kind, status, title }) => {
    const entry = documented.find((row) => row.code === code);
    expect(entry).toMatchObject({ kind, title, status: status === undefined ? "in a job" : String(status) });
    expect(entry?.advice).toMatch(/\w+ \w+/);
  });
});

describe("ERROR_CODES", () => {
  it.each(CODES)("gives %s a status that fits its kind", (_, { kind, status }) => {
    if (status === undefined) return;
    if (kind === "transient") expect(status).toBeGreaterThanOrEqual(500);
    else expect(status).toBeLessThan(500);
    if (kind === "conflict") expect([409, 412]).toContain(status);
  });

  it("has no two codes with one title", () => {
    expect(new Set(CODES.map(([, { title }]) => title)).size).toBe(CODES.length);
  });
});

describe("problemType()", () => {
  it.each(CODES)("gives %s a page, which leads back to it", (code) => {
    const path = problemType(code);
    expect(path).toMatch(/^\/problems\/[a-z-]+$/);
    expect(codeOfProblemType(path.slice("/problems/".length))).toBe(code);
  });

  it.each(["nope", "", "constructor", "to-string", "__proto__", "hasownproperty"])("finds no code in %j", (slug) => {
    expect(codeOfProblemType(slug)).toBeUndefined();
  });
});
