import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runWatchedProcess } from "../../src/documents/watched-process.ts";
import type { WatchedProcess } from "../../src/documents/watched-process.ts";
import { childrenOf } from "./children-of.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-watched-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** What to run: a small program, with caps that are far away unless the test is about them. */
async function program(source: string, options: Partial<WatchedProcess> = {}): Promise<WatchedProcess> {
  const script = join(folder, `program-${Math.random().toString(36).slice(2)}.mjs`);
  await writeFile(script, source);
  const caps = { memoryMb: 1_000, timeoutMs: 50_000, onMessage: () => undefined };
  return { script: pathToFileURL(script), args: [], input: new Uint8Array(), ...caps, ...options };
}

const FOREVER = "process.send('busy', () => { for (;;); });";

describe("runWatchedProcess()", () => {
  it("gives the program its arguments and its input", async () => {
    const messages: unknown[] = [];
    const source = `
      let size = 0;
      for await (const chunk of process.stdin) size += chunk.length;
      process.send([process.argv.slice(2), size], () => process.disconnect());`;
    const options = {
      args: ["a", "b c"],
      input: new Uint8Array(3_000_000),
      onMessage: (m: unknown) => messages.push(m),
    };
    expect(await runWatchedProcess(await program(source, options))).toMatchObject({ cause: "done", complaint: "" });
    expect(messages).toEqual([[["a", "b c"], 3_000_000]]);
  });

  it("hands out every message of a program that ends right after", async () => {
    const messages: unknown[] = [];
    const source = "for (let i = 0; i < 500; i++) process.send(i, i === 499 ? () => process.exit() : undefined);";
    await runWatchedProcess(await program(source, { onMessage: (message) => messages.push(message) }));
    expect(messages).toEqual(Array.from({ length: 500 }, (_, index) => index));
  });

  it("shows the program nothing of our environment", async () => {
    const messages: unknown[] = [];
    const source = "process.send(Object.keys(process.env), () => process.disconnect());";
    await runWatchedProcess(await program(source, { onMessage: (message) => messages.push(message) }));
    expect(process.env).toHaveProperty("TEST_STORAGE"); // Set for the whole run: a child of ours would inherit it.
    expect(messages).toHaveLength(1);
    expect(messages.flat()).not.toContain("TEST_STORAGE");
  });

  it("stops a program that takes too much memory outside V8's heap", async () => {
    const source = "const kept = []; setInterval(() => kept.push(new Uint8Array(8e6).fill(1)), 1);";
    const end = await runWatchedProcess(await program(source, { memoryMb: 200 }));
    expect(end.cause).toBe("memory");
    expect(end.peakMemoryMb).toBeGreaterThan(200);
  });

  it("stops a program that does not return in time", async () => {
    expect(await runWatchedProcess(await program(FOREVER, { timeoutMs: 300 }))).toMatchObject({ cause: "time" });
  });

  it.each([
    ["throws", "throw new Error('too bad')", "too bad"],
    ["exits with a number", "console.error('no luck'); process.exitCode = 3; process.disconnect();", "no luck"],
    ["is killed by somebody else", "process.kill(process.pid, 'SIGKILL')", ""],
    ["cannot be parsed", "const;", "SyntaxError"],
  ])("calls it a crash when the program %s", async (_, source, complaint) => {
    const end = await runWatchedProcess(await program(source, { input: new Uint8Array(1_000_000) }));
    expect(end.cause).toBe("crash");
    expect(end.complaint).toContain(complaint);
  });

  it("stops the program and throws what the reader of its messages threw", async () => {
    const refuse = (message: unknown): never => {
      throw new Error(`refused ${String(message)}`);
    };
    await expect(runWatchedProcess(await program(FOREVER, { onMessage: refuse }))).rejects.toThrow("refused busy");
    expect(childrenOf(process.pid, folder)).toEqual([]);
  });

  it("stops the program and throws the reason when it is aborted", async () => {
    const abort = new AbortController();
    const onMessage = (): void => {
      abort.abort("enough");
    };
    const running = runWatchedProcess(await program(FOREVER, { abortSignal: abort.signal, onMessage }));
    await expect(running).rejects.toBe("enough");
    expect(childrenOf(process.pid, folder)).toEqual([]);
  });

  it("hands out nothing more once it is aborted", async () => {
    const abort = new AbortController();
    const messages: unknown[] = [];
    const allSent = join(folder, "all-sent");
    const onMessage = (message: unknown): void => {
      messages.push(message);
      while (!existsSync(allSent)); // Busy, so that the other messages wait in the pipe when we abort.
      abort.abort("enough");
    };
    const source = `
      import { writeFileSync } from "node:fs";
      const done = () => writeFileSync(${JSON.stringify(allSent)}, "");
      for (let i = 0; i < 100; i++) process.send(i, i === 99 ? done : undefined);`;
    const running = runWatchedProcess(await program(source, { abortSignal: abort.signal, onMessage }));
    await expect(running).rejects.toBe("enough");
    expect(messages).toEqual([0]);
  });

  it("lets the first of two causes win", async () => {
    const abort = new AbortController();
    const onMessage = (): never => {
      abort.abort("first");
      throw new Error("second");
    };
    const running = runWatchedProcess(await program(FOREVER, { abortSignal: abort.signal, onMessage }));
    await expect(running).rejects.toBe("first");
  });

  it("starts nothing when it is aborted already", async () => {
    const abortSignal = AbortSignal.abort("before");
    const messages: unknown[] = [];
    const running = runWatchedProcess(await program(FOREVER, { abortSignal, onMessage: (m) => messages.push(m) }));
    await expect(running).rejects.toBe("before");
    expect(messages).toEqual([]);
  });
});
