import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { WAIT_CODES } from "../../src/contract/wait-codes.ts";

/** The rows of the table in the page: `| CODE | meaning | eta |`. */
function documentedCodes(): (readonly [string, string])[] {
  const page = readFileSync(join(process.cwd(), "docs/wait-reasons.md"), "utf8");
  return [...page.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \| [^|]+ \|$/gm)].map(([, code = "", meaning = ""]) => [
    code,
    meaning,
  ]);
}

describe("docs/wait-reasons.md", () => {
  it("lists every code with its meaning, in the order of the table, and no other", () => {
    expect(documentedCodes()).toEqual(Object.entries(WAIT_CODES));
  });
});
