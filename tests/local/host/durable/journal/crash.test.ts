import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { newFolder, openHub } from "./support/hub-folder.ts";
import type { OpenHub } from "./support/hub-folder.ts";

const CHILD = fileURLToPath(new URL("children/commit-forever.js", import.meta.url));

async function expectAcknowledged({ state, journal }: OpenHub, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const [what, id = ""] = line.split(" ");
    expect({ line, isThere: state.find(id) !== undefined }).toEqual({ line, isThere: true });
    if (what === "ended") expect(await journal.load(id)).toMatchObject({ status: "Completed", output: `"${id}"` });
  }
}

describe("a process that is killed while it commits", () => {
  it("has kept everything it acknowledged, time after time", async () => {
    const folder = await newFolder();
    const acknowledged: string[] = [];
    for (let epoch = 1; epoch <= 8; epoch++) {
      const lines = await runUntilKilled([folder, String(epoch)], 20 + Math.floor(Math.random() * 400));
      expect(lines.filter((line) => line.startsWith("failed"))).toEqual([]);
      acknowledged.push(...lines);
    }
    const hub = await openHub(folder, 9);
    await expectAcknowledged(hub, acknowledged);
    expect(acknowledged.length).toBeGreaterThan(8 * 20);
    expect(await readdir(folder)).toEqual(["hub-9.journal"]);
  });
});

describe("a process whose file can grow no more", () => {
  it("acknowledges nothing from then on, and has kept everything before", async () => {
    const folder = await newFolder();
    // The limit cuts a write in the middle and then refuses the rest, as a full disk does.
    const child = spawn("sh", ["-c", 'ulimit -f 200; exec "$0" "$@"', process.execPath, CHILD, folder, "1"]);
    const lines = await linesOf(child);
    const failures = lines.filter((line) => line.startsWith("failed"));
    expect(failures).toHaveLength(2);
    for (const failure of failures) {
      expect(failure).toContain(`JournalBrokenError: Cannot write the Durable journal "${folder}`);
      expect(failure).toContain("EFBIG");
    }
    const hub = await openHub(folder, 2);
    expect(lines.length).toBeGreaterThan(10);
    await expectAcknowledged(hub, lines.slice(0, -2));
    expect(hub.state.find("afterwards")).toBeUndefined();
  });
});

/** Kills the child when it has said that many lines. What it said in the meantime counts too. */
async function runUntilKilled(args: readonly string[], afterLines: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, ...args]);
  let said = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString().split("\n").length - 1;
    if (said >= afterLines) child.kill("SIGKILL");
  });
  return linesOf(child);
}

async function linesOf(child: ReturnType<typeof spawn>): Promise<string[]> {
  const chunks: string[] = [];
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  child.stderr?.pipe(process.stderr);
  await once(child, "close");
  return chunks.join("").split("\n").slice(0, -1);
}
