import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";

const ESLINT = resolve("node_modules/eslint/bin/eslint.js");
const FILE = "src/jobs/orchestration/orchestrators/run-job.ts";

/** What eslint says of this text, were it an orchestrator. */
function lint(text: string): string {
  const args = [ESLINT, "--stdin", "--stdin-filename", FILE];
  return spawnSync(process.execPath, args, { input: text, encoding: "utf8" }).stdout;
}

describe("the rules for orchestrators", () => {
  it("refuse whatever would be another thing when it is replayed", () => {
    const told = lint(
      [
        "export const now = Date.now();",
        "export const date = new Date();",
        "export const chance = Math.random();",
        "export const timer = setTimeout(() => undefined, 1);",
        "export async function wait(): Promise<void> {",
        "  await Promise.resolve();",
        "}",
      ].join("\n"),
    );
    for (const what of [
      "'Date.now'",
      "currentUtcDateTime",
      "'Math.random'",
      "'setTimeout'",
      "generator function",
      "Yield a",
    ])
      expect(told).toContain(what);
  });
});
