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

  it("leaves what runs at once when it is told that there is no grace left, though it had begun with one", async () => {
    const shutdown = createShutdown({ graceMs: 600_000, releaseMs: 20 });
    let end: () => void = () => undefined;
    void shutdown.track(new Promise<void>((resolve) => (end = resolve)));
    const begun = shutdown.begin();
    const reason: unknown = shutdown.begun.reason;
    const hurried = shutdown.begin({ graceMs: 0 });
    expect(shutdown.graceOver.aborted).toBe(true);
    await hurried;
    expect([shutdown.begun.reason, shutdown.graceOver.reason]).toEqual([reason, reason]);
    end();
    await begun;
  });
});

describe("followSignals()", () => {
  const moduleUrl = (name: string) => JSON.stringify(new URL(`../../src/platform/${name}.js`, import.meta.url).href);
  const script = `
    import { followSignals } from ${moduleUrl("follow-signals")};
    import { createShutdown } from ${moduleUrl("shutdown")};
    const shutdown = createShutdown({ graceMs: 600000 });
    followSignals(shutdown);
    if (process.argv.includes("--hosted")) process.on("SIGTERM", () => console.log("host"));
    shutdown.begun.addEventListener("abort", () => console.log("begun"));
    let release;
    void shutdown.track(new Promise((resolve) => (release = resolve)));
    process.stdin.once("data", () => { release(); process.stdin.unref(); });
    console.log("ready");
  `;

  async function terminate(
    sent: NodeJS.Signals,
    ...args: readonly string[]
  ): Promise<{ output: string; signal: unknown }> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, "--", ...args], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const before = output;
      output += chunk.toString();
      const says = (line: string) => output.includes(line) && !before.includes(line);
      if (says("ready\n")) child.kill(sent);
      if (says("begun\n")) child.stdin.write("the work has ended\n");
    });
    const [, signal] = (await once(child, "close")) as [unknown, unknown];
    return { output, signal };
  }

  it.each(["SIGTERM", "SIGINT"] as const)(
    "lets the work come to an end at %s, and then the process by it",
    async (sent) => {
      expect(await terminate(sent)).toEqual({ output: "ready\nbegun\n", signal: sent });
    },
  );

  it("leaves the end of the process to the host in it, if there is one", async () => {
    expect(await terminate("SIGTERM", "--hosted")).toEqual({ output: "ready\nbegun\nhost\n", signal: null });
  });
});
