/** The strongest evidence there is without Azure: the numbers of the real SDK, in a process of its own. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "@jest/globals";
import type { Completion, Decision } from "../../../../../local/host/durable/replay/decision.ts";

interface Ended {
  readonly completion?: Completion;
  readonly decisions?: readonly Decision[];
  readonly error?: string;
}

async function runChild(name: string, ...args: readonly string[]): Promise<string> {
  const path = fileURLToPath(new URL(`children/${name}.js`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path, ...args]);
  return stdout;
}

async function runScenario(name: string): Promise<Ended> {
  return JSON.parse(await runChild("run-scenario", name)) as Ended;
}

describe("reenact() with the real SDK", () => {
  it("gives tasks the SDK's numbers in random orchestrations, and all come to what they should", async () => {
    const seed = Math.floor(Math.random() * 2 ** 31); // Said by the report when it fails.
    await expect(runChild("compare-with-sdk", String(seed), "500")).resolves.toBe("");
  });

  it("follows 300 activities in a row, and 200 at once", async () => {
    const [inARow, atOnce] = await Promise.all([runScenario("manyInARow"), runScenario("manyAtOnce")]);
    expect(inARow.completion).toMatchObject({ status: "Completed", output: { length: 300 } });
    expect(atOnce.completion).toMatchObject({ status: "Completed", output: [{ length: 200 }] });
  });

  it("carries events over when the orchestrator continues as new", async () => {
    const { completion } = await runScenario("rounds");
    expect(completion).toEqual({ status: "Completed", output: ["news", "news", "news"] });
  });

  it("releases the locks of an orchestrator that fails inside a critical section", async () => {
    const { completion, decisions } = await runScenario("failure");
    expect(completion).toMatchObject({ status: "Failed", error: "broken \n failed" });
    expect(decisions?.slice(2)).toMatchObject([
      { to: "@echo@x", name: "release" },
      { to: "@echo@y", name: "release" },
    ]);
  });

  it("gives an unrelated activity the error of a retry that Task.all has left behind, as Azure does", async () => {
    const { completion } = await runScenario("allOverRetries");
    expect(completion).toEqual({
      status: "Completed",
      output: "the unrelated activity: Error: second \n failed",
    });
  });

  it.each(["retryTimeout", "emptyError"])("never ends after %s, as on Azure", async (name) => {
    expect(await runScenario(name)).toEqual({ error: "Error: The orchestrator waits for ever" });
  });
});
