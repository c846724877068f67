import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";
import type { Orchestrations } from "./support/orchestrations.ts";

let host: HostProcess;
let app: Orchestrations;

beforeAll(async () => {
  host = await startHostProcess({ app: "durable" });
  app = orchestrationsOf(host.url);
});
afterAll(stopHostProcesses);

describe("orchestrations of the real SDK", () => {
  it("lists its functions by their triggers", () => {
    expect(host.output()).toContain("chain: orchestrationTrigger");
    expect(host.output()).toContain("addOne: activityTrigger");
    expect(host.output()).toContain("Counter: entityTrigger");
  });

  it("cannot be started by an operator's manual start", async () => {
    for (const name of ["chain", "addOne", "Counter"]) {
      const response = await fetch(`${host.url}/admin/functions/${name}`, { method: "POST", body: "{}" });
      expect(response.status).toBe(400);
    }
  });

  it("runs activities one after the other", async () => {
    expect(await app.run("chain", { steps: 5 })).toMatchObject({ runtimeStatus: "Completed", output: 5 });
  });

  it("runs a hundred activities at once and gathers their results", async () => {
    expect(await app.run("fanOut", { count: 100 })).toMatchObject({ runtimeStatus: "Completed", output: 9900 });
  });

  it.each([["abc"], ["5"], [5], [null], [true], [[1, "a"]], [{ a: 1 }]])(
    "hands %j to an activity and back as it is",
    async (value) => {
      expect((await app.run("echoes", value)).output).toEqual(value);
    },
  );

  it("tells an activity for which instance it runs, and takes bytes as base64", async () => {
    const { instanceId, output } = await app.run("isKnown");
    expect(output).toBe(instanceId);
    expect((await app.run("asBytes")).output).toBe(Buffer.from("bytes").toString("base64"));
  });

  it("ends when a timer that lost the race was cancelled", async () => {
    const id = await app.start("firstOf");
    await app.raise(id, "go", { x: 1 });
    expect(await app.end(id)).toMatchObject({ runtimeStatus: "Completed", output: { event: { x: 1 } } });
  });

  it("goes on running after its function has returned, while a timer is open", async () => {
    const id = await app.start("firstOf", { forgetsTimer: true });
    await app.raise(id, "go", 1);
    // A second instance that began later has ended: the first has had its turn.
    await app.run("chain", { steps: 3 });
    expect((await app.status(id)).runtimeStatus).toBe("Running");
    await app.change(id, "terminate");
    expect((await app.end(id)).runtimeStatus).toBe("Terminated");
  });

  it("fires a timer", async () => {
    expect((await app.run("timeout", { delayMs: 50 })).output).toBe("timer");
  });

  it("tries an activity again, with a pause between", async () => {
    const ended = await app.run("retries", { key: "a", failures: 2 });
    expect(ended).toMatchObject({ runtimeStatus: "Completed", output: { tries: 3 } });
    expect(ended.historyEvents?.filter(({ EventType }) => EventType === "TimerFired")).toHaveLength(2);
  });

  it("fails when the tries are used up", async () => {
    const ended = await app.run("retries", { key: "b", failures: 9, attempts: 3 });
    expect(ended.runtimeStatus).toBe("Failed");
    expect(ended.output).toContain("Activity function 'failsAtFirst' failed:  failure 3");
  });

  it("runs sub-orchestrations, also again after they have failed", async () => {
    const id = await app.start("parent", { key: "c", failures: 1 });
    const { output } = await app.end(id);
    expect(output).toEqual({
      child: { said: "said hi", id: `${id}-child`, parent: id, version: "1.5" },
      retried: 2,
    });
    expect((await app.status(`${id}-child`)).runtimeStatus).toBe("Completed");
  });

  it("takes events in the order in which they were raised", async () => {
    const id = await app.start("waits");
    await app.raise(id, "go", "first");
    await app.raise(id, "go", "second");
    expect((await app.end(id)).output).toEqual(["first", "second"]);
  });

  it("continues as new without losing or repeating events that arrive meanwhile", async () => {
    const id = await app.start("adder", { sum: 0, count: 0 });
    const numbers = Array.from({ length: 60 }, (_, index) => index + 1);
    for (let from = 0; from < numbers.length; from += 7)
      await Promise.all(numbers.slice(from, from + 7).map((number) => app.raise(id, "add", number)));
    await app.raise(id, "add", "stop");
    expect((await app.end(id)).output).toEqual({ sum: 1830, count: 60 });
  });

  it("stores the custom status, and refuses one that is too long", async () => {
    const id = await app.start("status", { phase: "first" });
    await app.becomes(id, "Running");
    expect((await app.status(id)).customStatus).toEqual({ phase: "first" });
    await app.raise(id, "go", null);
    expect((await app.end(id)).output).toBe("done");

    const refused = await app.run("status", "z".repeat(8191));
    expect(refused.runtimeStatus).toBe("Failed");
    expect(refused.output).toContain("must not exceed 16 KB");
  });
});

describe("changing a running orchestration", () => {
  it("sets events aside while it is suspended", async () => {
    const id = await app.start("waits");
    await app.becomes(id, "Running");
    await app.change(id, "suspend");
    await app.becomes(id, "Suspended");
    await app.raise(id, "go", 1);
    await app.raise(id, "go", 2);
    await app.run("chain", { steps: 3 });
    expect((await app.status(id)).runtimeStatus).toBe("Suspended");
    await app.change(id, "resume");
    expect((await app.end(id)).output).toEqual([1, 2]);
  });

  it("terminates it with the reason as its output", async () => {
    const id = await app.start("waits");
    await app.change(id, "terminate");
    expect(await app.end(id)).toMatchObject({ runtimeStatus: "Terminated", output: "because" });
  });

  it("fails the parent of a sub-orchestration that is terminated", async () => {
    const id = await app.start("waitsForChildOf");
    await app.becomes(`${id}-child`, "Running");
    await app.change(`${id}-child`, "terminate");
    const ended = await app.end(id);
    expect(ended.runtimeStatus).toBe("Failed");
    expect(ended.output).toContain("because");
  });
});

describe("failures", () => {
  it("reach the orchestrator in the extension's words", async () => {
    const { output } = await app.run("catches", { message: "boom" });
    const { message } = output as { message: string };
    const [reason, details] = message.split(" \n ");
    expect(reason).toBe("Activity function 'fails' failed:  boom");
    expect(JSON.parse(details ?? "")).toMatchObject({ Message: " boom" });
  });

  it("reach it too when an activity throws something else than an Error", async () => {
    const { output } = await app.run("catches", { message: "a text", throwsText: true });
    expect((output as { message: string }).message).toContain("Activity function 'fails' failed:  a text");
  });

  it("fail the orchestration that does not catch them", async () => {
    const ended = await app.run("failingStep", { message: "boom" });
    expect(ended.runtimeStatus).toBe("Failed");
    expect(ended.output).toMatch(
      /^Orchestrator function 'failingStep' failed: Activity function 'fails' failed: {2}boom/,
    );
  });

  it("name the functions there are when one is called that is not", async () => {
    const { output } = await app.run("callsNothing");
    expect(output).toContain("The function 'nowhere' doesn't exist, is disabled, or is not an activity function.");
    expect(output).toContain("'addOne'");
  });

  it("are explained where the instance hangs as on Azure: nothing was said", async () => {
    const id = await app.start("throws", { message: "" });
    await host.printed(new RegExp(`"${id}" of 'throws' will wait for ever.*without a message`));
    await app.becomes(id, "Running");
  });

  it("are explained where the instance hangs as on Azure: the time for retries is over", async () => {
    const id = await app.start("retryTimeout");
    await host.printed(new RegExp(`"${id}" of 'retryTimeout' will wait for ever.*retryTimeoutInMilliseconds`));
    await app.becomes(id, "Running");
  });

  it("carry properties when the app has a provider of them", async () => {
    const other = await startHostProcess({ app: "durable", env: { PROPERTIES_PROVIDER: "1" } });
    const { output } = await orchestrationsOf(other.url).run("catches", { message: "boom" });
    expect(output).toMatchObject({
      name: "TaskFailedError",
      details: { errorType: "TypeError", errorMessage: "boom", properties: { length: 4 } },
    });
    await other.stop();
  });
});

describe("versions", () => {
  it("give an instance the app's version, or the one it is started with", async () => {
    expect((await app.run("child", { text: "x" })).output).toMatchObject({ version: "1.5" });
    const id = await app.start("child", { text: "x" }, { version: "1.4" });
    expect((await app.end(id)).output).toMatchObject({ version: "1.4" });
    expect((await app.run("childOfVersion", { version: "0.9" })).output).toMatchObject({ version: "0.9" });
  });

  it("fail an instance that is newer than the app, when host.json says so", async () => {
    const id = await app.start("child", { text: "x" }, { version: "1.10" });
    expect(await app.end(id)).toMatchObject({
      runtimeStatus: "Failed",
      output: "Orchestration version did not comply with Worker Versioning",
    });
  });
});
