import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { CAUGHT_AT } from "../harness/mutants/caught-at.ts";

interface NamedTest {
  readonly file: string;
  /** How the names of single tests begin; none where the whole file stands for the promise. */
  readonly beginnings: readonly string[];
}

/** `tests/a.test.ts`: "begins a test's name …", "another …" */
function namedTests(cell: string): NamedTest[] {
  return [...cell.matchAll(/`(tests\/[\w./-]+\.test\.ts)`(?:: ((?:"[^"]+"(?:, )?)+))?/g)].map(
    ([, file = "", names = ""]) => ({
      file,
      beginnings: [...names.matchAll(/"([^"]+?) …"/g)].map(([, name]) => name ?? ""),
    }),
  );
}

const rows = readFileSync("docs/promises.md", "utf8")
  .split("\n")
  .filter((line) => /^\| [A-Z]/.test(line))
  .map((line) => ({ promise: line.split(" | ")[0] ?? "", tests: namedTests(line.split(" | ").slice(1).join(" | ")) }));

describe("docs/promises.md", () => {
  it("names a test for every promise", () => {
    expect(rows.length).toBeGreaterThan(40);
    const untested = rows.filter(({ tests }) => tests.length === 0).map(({ promise }) => promise);
    expect(untested).toEqual([]);
  });

  it("says of every mutant of the harness which promise it breaks", () => {
    const text = readFileSync("docs/promises.md", "utf8");
    const named = [...text.matchAll(/mutants\.test\.ts`: ([a-z, -]+) \|/g)].flatMap(([, names = ""]) =>
      names.split(", "),
    );
    expect([...new Set(named)].sort()).toEqual(Object.keys(CAUGHT_AT).sort());
  });

  it.each(rows)("names tests that exist: $promise", ({ tests }) => {
    const missing = tests.flatMap(({ file, beginnings }) => {
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
      const unknown = beginnings.filter((beginning) => !text.includes(`"${beginning}`));
      return text === "" ? [file] : unknown.map((beginning) => `${file}: ${beginning}`);
    });
    expect(missing).toEqual([]);
  });
});
