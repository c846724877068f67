import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "@jest/globals";
import { createShutdown } from "../../src/platform/shutdown.ts";

const forever = async () => new Promise<never>(() => undefined);

describe("createShutdown()", () => {
  it("says at once that the end has begun, and when the grace is over", async () => {
    const shutdown = createShutdown({ graceMs: 20, releaseMs: 20 });
    expect([shutdown.begun.aborted, shutdown.graceOver.aborted]).toEqual([false, false]);
    const work = shutdown.track(
      new Promise<string>((resolve) => {
        shutdown.graceOver.addEventListener("abort", () => {
          resolve("left");
        });
      }),
    );
    const ended = shutdown.begin();
    expect([shutdown.begun.aborted, shutdown.graceOver.aborted]).toEqual([true, false]);
    expect(await work).toBe("left");
    expect(shutdown.graceOver.reason).toBe(shutdown.begun.reason);
    await ended;
  });

  it("waits for no grace when nothing runs, or when all that ran has ended well or badly", async () => {
    const shutdown = createShutdown({ graceMs: 600_000 });
    await expect(shutdown.track(Promise.reject(new Error("no")))).rejects.toThrow("no");
    let end: () => void = () => undefined;
    void shutdown.track(new Promise<void>((resolve) => (end = resolve)));
    const ended = shutdown.begin();
    end();
    await ended;
    expect(shutdown.graceOver.aborted).toBe(false);
  });

  it("does not wait for ever for work that does not end", async () => {
    const shutdown = createShutdown({ graceMs: 10, releaseMs: 10 });
    void shutdown.track(forever());
    await shutdown.begin();
    expect(shutdown.graceOver.aborted).toBe(true);
  });

  it("ends once, however often it is told", async () => {
    const shutdown = createShutdown({ graceMs: 10 });
    await Promise.all([shutdown.begin(), shutdown.begin()]);
    expect(shutdown.begun.aborted).toBe(true);
  });
});

describe("followSigterm()", () => {
  const moduleUrl = (name: string) => JSON.stringify(new URL(`../../src/platform/${name}.js`, import.meta.url).href);
  const script = `
    import { followSigterm } from ${moduleUrl("follow-sigterm")};
    import { createShutdown } from ${moduleUrl("shutdown")};
    const shutdown = createShutdown({ graceMs: 600000 });
    followSigterm(shutdown);
    if (process.argv.includes("--hosted")) process.on("SIGTERM", () => console.log("host"));
    shutdown.begun.addEventListener("abort", () => console.log("begun"));
    let release;
    void shutdown.track(new Promise((resolve) => (release = resolve)));
    process.stdin.once("data", () => { release(); process.stdin.unref(); });
    console.log("ready");
  `;

  async function terminate(...args: readonly string[]): Promise<{ output: string; signal: unknown }> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, "--", ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.endsWith("ready\n")) child.kill("SIGTERM");
      if (output.endsWith("begun\n")) child.stdin.write("the work has ended\n");
    });
    const [, signal] = (await once(child, "close")) as [unknown, unknown];
    return { output, signal };
  }

  it("lets the work come to an end, and then the process by the signal it was sent", async () => {
    expect(await terminate()).toEqual({ output: "ready\nbegun\n", signal: "SIGTERM" });
  });

  it("leaves the end of the process to the host in it, if there is one", async () => {
    expect(await terminate("--hosted")).toEqual({ output: "ready\nbegun\nhost\n", signal: null });
  });
});
