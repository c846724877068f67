import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "@jest/globals";
import { startChild, type Child, type ChildOptions } from "../../../local/process/start-child.ts";
import { waitUntilGone } from "./wait-until.ts";

const note = () => join(mkdtempSync(join(tmpdir(), "millrace-child-")), "note");
const children: Child[] = [];

async function start(module: string, options: Partial<ChildOptions<unknown>> = {}): Promise<Child> {
  const child = await startChild({
    name: "Tester",

    module: new URL(`children/${module}.js`, import.meta.url),
    ...options,
  });
  children.push(child);
  return child;
}

afterEach(async () => {
  await Promise.all(children.splice(0).map(async (child) => child.stop()));
});

describe("startChild()", () => {
  it("hands over what the child says when it listens", async () => {
    const child = await start("steady");
    expect(child.ready).toEqual({ type: "listening", answer: 42 });
  });

  it("stops the child when nobody can read what it says", async () => {
    let pid = 0;
    const parseReady = (message: unknown) => {
      pid = (message as { grandchild: number }).grandchild;
      throw new Error("no such protocol");
    };
    await expect(start("stubborn", { parseReady, stopTimeoutMs: 100 })).rejects.toThrow("no such protocol");
    await waitUntilGone(pid);
  });

  it("lets the child stop in good order, and says that this was expected", async () => {
    const path = note();
    const child = await start("steady", { args: [path] });
    await child.stop();
    expect(readFileSync(path, "utf8")).toBe("stopped in good order");
    expect(await child.exited).toMatchObject({ name: "Tester", expected: true, cause: "exit code 0" });
  });

  it("stops a child once, however often it is asked to", async () => {
    const path = note();
    const child = await start("steady", { args: [path] });
    await Promise.all([child.stop(), child.stop()]);
    await child.stop();
    expect(readFileSync(path, "utf8")).toBe("stopped in good order");
  });

  it("gives the child a process group of its own, out of reach of a Ctrl-C", async () => {
    const child = await start("steady");
    expect(() => process.kill(-child.pid, 0)).not.toThrow();
  });

  it("fails with the child's own reason", async () => {
    await expect(start("refusing")).rejects.toThrow("Cannot start Tester: the disk is full");
  });

  it("fails with the exit code and the last output when the child ends early", async () => {
    await expect(start("crashing")).rejects.toThrow(/Cannot start Tester: it ended with exit code 3\nout of cheese/);
  });

  it("fails when the module does not exist", async () => {
    await expect(start("no-such-module")).rejects.toThrow(/Cannot start Tester: .*exit code 1[^]*Cannot find module/);
  });

  it("fails when the child is not ready in time, and stops it", async () => {
    await expect(start("silent", { readyTimeoutMs: 1_000 })).rejects.toThrow(
      "Cannot start Tester: it was not ready after 1 s\nthinking",
    );
  });

  it("gives up when the signal aborts, with its reason", async () => {
    const controller = new AbortController();
    const starting = start("silent", { abortSignal: controller.signal });
    controller.abort(new Error("changed my mind"));
    await expect(starting).rejects.toThrow("changed my mind");
  });

  it("does not start at all after the signal aborted", async () => {
    const abortSignal = AbortSignal.abort(new Error("too late"));
    await expect(start("steady", { abortSignal })).rejects.toThrow("too late");
  });

  it("kills a child that does not stop in time, with everything it has started", async () => {
    const child = await start("stubborn", { stopTimeoutMs: 200 });
    const { grandchild } = child.ready as { grandchild: number };
    await child.stop();
    expect(await child.exited).toMatchObject({ expected: true, cause: "signal SIGKILL" });
    await waitUntilGone(grandchild);
  });

  it("notices a child that ends without having been asked to", async () => {
    const child = await start("steady");
    process.kill(child.pid, "SIGKILL");
    expect(await child.exited).toMatchObject({
      expected: false,
      cause: "signal SIGKILL",
      output: "steady says hello",
    });
  });
});

describe("serveParent()", () => {
  it("stops the service when the parent was killed", async () => {
    const path = note();
    const launcher = spawn(process.execPath, [fileURLToPath(new URL("children/launcher.js", import.meta.url)), path]);
    const [pid] = (await once(launcher.stdout, "data")) as [Buffer];
    launcher.kill("SIGKILL");
    await waitUntilGone(Number(pid.toString()));
    expect(readFileSync(path, "utf8")).toBe("stopped in good order");
  });
});
