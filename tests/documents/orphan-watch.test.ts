import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { makeBombPdf } from "../support/pdfs.ts";
import { childrenOf, isRunning, waitFor } from "./children-of.ts";

const moduleUrl = (name: string): string =>
  JSON.stringify(new URL(`../../src/documents/${name}.js`, import.meta.url).href);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-orphan-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function write(name: string, source: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, source);
  return path;
}

/** Runs a program, waits for its child, kills the program and returns the orphan's number. */
async function orphanOf(program: string, words: string): Promise<number> {
  const parent = spawn(process.execPath, [program], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((resolve) => parent.once("exit", resolve));
  const child = await waitFor(() => childrenOf(parent.pid ?? 0, words)[0]);
  parent.kill("SIGKILL");
  await ended;
  return child;
}

/** Leaves no orphan to spin for ever when the test fails. */
async function expectToEnd(orphan: number): Promise<void> {
  try {
    expect(await waitFor(() => !isRunning(orphan))).toBe(true);
  } finally {
    if (isRunning(orphan)) process.kill(orphan, "SIGKILL");
  }
}

describe("the reading process", () => {
  it("ends when its parent is killed while it reads", async () => {
    const pdf = join(folder, "slow.pdf");
    await writeFile(pdf, await makeBombPdf(50, 1_000));
    const program = await write(
      "reading.mjs",
      `import { readFileSync } from "node:fs";
       const { readPdf, DEFAULT_PDF_LIMITS } = await import(${moduleUrl("read-pdf")});
       await readPdf(readFileSync(${JSON.stringify(pdf)}), { limits: DEFAULT_PDF_LIMITS });`,
    );
    const orphan = await orphanOf(program, "pdf-reader-process");
    await expectToEnd(orphan);
  });

  it("has a thread that ends it even when it is too busy to notice", async () => {
    const busy = await write(
      "busy.mjs",
      `import { Worker } from "node:worker_threads";
       new Worker(new URL(${moduleUrl("orphan-watch")}), { workerData: Number(process.argv[2]) });
       for (;;);`,
    );
    const program = await write(
      "parent.mjs",
      `import { spawn } from "node:child_process";
       spawn(process.execPath, [${JSON.stringify(busy)}, String(process.pid)], { stdio: "inherit" });`,
    );
    const orphan = await orphanOf(program, "busy.mjs");
    await expectToEnd(orphan);
  });
});
