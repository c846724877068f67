import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { until } from "../local/host/support/until.ts";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";
import type { Started } from "./support/orchestrations.ts";

/** What the real platform does and nobody would ask for: code that works around it must find it here too. */
describe.each(moduleSystems)("quirks of the platform (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);
  const orchestrations = orchestrationsOf(host);

  /** What never ends, begun together: another instance with a life of 1.5 seconds ends before they are looked at. */
  const endless = new Map<string, Started>();
  beforeAll(async () => {
    const plan = { name: randomUUID(), failures: 99, firstRetryMs: 50, maxAttempts: 10, timeoutMs: 60 };
    endless.set("retrying", await orchestrations.start("retrying", plan));
    for (const name of ["emptyError", "thrownText"]) endless.set(name, await orchestrations.start(name));
    await orchestrations.run("openTimer");
  });
  afterAll(async () => {
    if (moduleSystem !== "running") return; // a host of our own is gone already
    for (const { terminatePostUri } of endless.values())
      await fetch(terminatePostUri.replace("{text}", "seen"), { method: "POST" });
  });
  async function expectEndless(name: string): Promise<void> {
    const started = endless.get(name);
    if (!started) throw new Error(`${name} was not started`);
    expect(await orchestrations.history(started)).toContain(name === "retrying" ? "TaskFailed" : "TaskCompleted");
    expect(await orchestrations.status(started)).toMatchObject({ runtimeStatus: "Running" });
  }

  it("1: Task.all over retries goes on at the first failure, and a later activity gets another's error", async () => {
    const output = await orchestrations.outputOf("allOverRetries");
    expect(output).toEqual({
      first: expect.stringContaining("failed because of one"),
      next: expect.stringContaining("failed because of three"),
    });
  });

  it("2: a retry timeout that is over leaves the instance Running", async () => {
    await expectEndless("retrying");
  });

  it("3: a timer that nobody cancelled keeps the instance Running until it fires", async () => {
    const started = await orchestrations.start("openTimer");
    await until(async () => (await orchestrations.history(started)).includes("TaskCompleted"), "the activity's end");
    expect(await orchestrations.status(started)).toMatchObject({ runtimeStatus: "Running" });
    expect(await orchestrations.ended(started)).toMatchObject({
      runtimeStatus: "Completed",
      output: "returned early",
    });
    expect(await orchestrations.history(started)).toContain("TimerFired");
  });

  it.each(["emptyError", "thrownText"])(
    "4: an error without a message leaves the instance Running: %s",
    async (name) => {
      await expectEndless(name);
    },
  );

  it("5: an error of an entity reaches its caller without its text", async () => {
    expect(await orchestrations.outputOf("callFailingEntity")).toBe("Error: [object Object]");
  });

  it("6: a string given to continueAsNew comes back in quotes", async () => {
    expect(await orchestrations.outputOf("stringAsNew", "first")).toBe('"second"');
  });

  it("7: events that nobody waited for before continueAsNew are lost", async () => {
    const started = await orchestrations.start("lostEvents", { generation: 1 });
    await orchestrations.raise(started, "Early", 1);
    await until(async () => (await orchestrations.history(started)).includes("EventRaised"), "the early event");
    await orchestrations.raise(started, "Go", 1);
    expect(await orchestrations.ended(started)).toMatchObject({ output: "lost" });
  });

  it("8: a custom status cannot be taken back with a falsy one", async () => {
    expect(await orchestrations.run("falsyStatus")).toMatchObject({ output: "done", customStatus: "something" });
  });

  it("9: the client's getStatus never has a history, though the API sends one", async () => {
    const { instanceId } = await orchestrations.run("chaining", "Ada");
    const status = await orchestrations.client<object>("getStatus", { id: instanceId, options: { showHistory: true } });
    expect(status).not.toHaveProperty("history");
  });
});
