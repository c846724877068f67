import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const CONFIG = resolve(".dependency-cruiser.cjs");
const CRUISER = resolve("node_modules/dependency-cruiser/bin/dependency-cruise.mjs");

/** One import that each rule exists to refuse. */
const VIOLATIONS = [
  { rule: "not-upwards-from-jobs", from: "src/jobs/a1.js", to: "src/http/b1.js" },
  { rule: "not-upwards-from-jobs-store", from: "src/jobs/store/a15.js", to: "src/jobs/work/b15.js" },
  { rule: "not-upwards-from-jobs-supervision", from: "src/jobs/supervision/a16.js", to: "src/jobs/b16.js" },
  { rule: "not-upwards-from-profiles", from: "src/profiles/a2.js", to: "src/jobs/b2.js" },
  { rule: "not-upwards-from-models", from: "src/models/a3.js", to: "src/steps/b3.js" },
  { rule: "not-upwards-from-platform", from: "src/platform/a4.js", to: "src/files/b4.js" },
  { rule: "not-upwards-from-platform", from: "src/platform/a5.js", to: "src/app.js" },
  { rule: "not-sideways-on-models", from: "src/models/a6.js", to: "src/files/b6.js" },
  { rule: "steps-do-not-know-profiles", from: "src/steps/a7.js", to: "src/profiles/b7.js" },
  {
    rule: "orchestrators-know-their-plan-alone",
    from: "src/jobs/orchestration/orchestrators/a17.js",
    to: "src/platform/b17.js",
  },
  { rule: "contract-stands-alone", from: "src/contract/a8.js", to: "src/platform/b8.js" },
  { rule: "local-and-src-never-meet", from: "src/platform/a9.js", to: "local/host/b9.js" },
  { rule: "src-never-met-by-local", from: "local/dev/a10.js", to: "src/contract/b10.js" },
  { rule: "host-knows-no-neighbour", from: "local/host/a11.js", to: "local/emulators/b11.js" },
  { rule: "only-app-and-functions-assemble", from: "src/http/a12.js", to: "functions/b12.js" },
  { rule: "product-does-not-import-tests", from: "src/jobs/a13.js", to: "tests/b13.js" },
  { rule: "not-to-unresolvable", from: "src/jobs/a14.js", to: "src/jobs/missing.js", missing: true },
] as const;

describe("the import rules", () => {
  let tree: string;
  let output: string;
  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), "millrace-rules-"));
    write("package.json", '{ "type": "module" }');
    write("tsconfig.json", '{ "compilerOptions": { "allowJs": true, "module": "nodenext" } }');
    for (const violation of VIOLATIONS) {
      const up = "../".repeat(violation.from.split("/").length - 1);
      write(violation.from, `import "${up}${violation.to}";\n`);
      if (!("missing" in violation)) write(violation.to, "export const b = 1;\n");
    }
    write("src/http/one.js", 'import "./two.js";\n');
    write("src/http/two.js", 'import "./one.js";\n');
    write("src/http/right.js", 'import "../jobs/right.js";\n');
    write("src/jobs/right.js", 'import "../contract/right.js";\n');
    write("src/contract/right.js", "export const right = true;\n");
    output = cruise();
  });
  afterAll(() => {
    rmSync(tree, { recursive: true });
  });

  it.each(VIOLATIONS)("$rule refuses an import of $to in $from", ({ rule, from, to }) => {
    expect(output).toMatch(new RegExp(`error ${rule}: ${from} → (?:[./]*)${to}`));
  });

  it("refuses a circle", () => {
    expect(output).toContain("error no-circular: src/http/one.js");
  });

  it("lets an import go down", () => {
    expect(output).not.toContain("right.js");
  });

  it("holds in this house", () => {
    const args = [CRUISER, "functions", "src", "local", "tests", "bench", "--config", CONFIG, "--output-type", "err"];
    expect(spawnSync(process.execPath, args, { encoding: "utf8" })).toMatchObject({ status: 0 });
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }

  function cruise(): string {
    const args = [CRUISER, "functions", "src", "local", "tests", "--config", CONFIG, "--output-type", "err"];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: tree, encoding: "utf8" });
    return stripVTControlCharacters(stdout + stderr);
  }
});
