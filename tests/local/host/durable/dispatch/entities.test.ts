import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";
import type { Orchestrations } from "./support/orchestrations.ts";

let host: HostProcess;
let app: Orchestrations;

beforeAll(async () => {
  host = await startHostProcess({ app: "durable" });
  app = orchestrationsOf(host.url);
});
afterAll(stopHostProcesses);

describe("entities of the real SDK", () => {
  it("take signals and calls in their order", async () => {
    expect((await app.run("counts", { times: 3 })).output).toBe(7);
  });

  it("take signals from outside, and are deleted by themselves", async () => {
    await app.signal("Counter/outside", "add", 4);
    await app.signal("Counter/outside", "add", 5);
    await until(async () => (await app.entityState("Counter/outside")) === 9, "the counter to be 9");
    await app.signal("Counter/outside", "delete");
    await until(async () => (await app.entityState("Counter/outside")) === undefined, "the counter to be gone");
  });

  it("signal each other", async () => {
    await app.signal("Counter/first", "tell", { key: "second", amount: 3 });
    await until(async () => (await app.entityState("Counter/second")) === 3, "the other counter to be 3");
  });

  it("report what an operation throws to its caller", async () => {
    expect((await app.run("entityFails")).output).toBe("[object Object]"); // the SDK makes that of an Error
  });

  it("are asked again, with nothing stored, when the function itself fails", async () => {
    expect((await app.run("callsUnsteady")).output).toBe("second try");
    expect(await app.entityState("unsteady/1")).toBe(1);
  });

  it("are locked by one orchestration at a time", async () => {
    await app.signal("Counter/rich", "set", 100);
    await app.signal("Counter/poor", "set", 0);
    const transfers = Array.from({ length: 12 }, (_, index) =>
      index % 3 === 0 ? { from: "poor", to: "rich", amount: 1 } : { from: "rich", to: "poor", amount: 3 },
    );
    const ids = await Promise.all(transfers.map((transfer) => app.start("transfer", transfer)));
    for (const id of ids) expect((await app.end(id)).output).toBe("moved");
    expect(await app.entityState("Counter/rich")).toBe(80);
    expect(await app.entityState("Counter/poor")).toBe(20);
  });

  it("are not locked for an orchestration that has been terminated while it waited for them", async () => {
    const locks = (key: string, id: string) =>
      app.start("holdsLock", { keys: [key, "shared"], untilEvent: true }, { id });
    const holder = await app.start("holdsLock", { keys: ["shared"], untilEvent: true });
    await until(async () => (await app.status(holder)).customStatus === "inside", "the holder to be inside");
    const waiting = await locks("own", "waits for shared");
    await app.becomes(waiting, "Running");
    await app.change(waiting, "terminate");
    await app.becomes(waiting, "Terminated");
    await app.raise(holder, "leave", null);
    await app.end(holder);
    const next = await app.start("holdsLock", { keys: ["own", "shared"], untilEvent: false });
    expect((await app.end(next)).output).toBe("left");
  });

  it("are released, with a warning, when an orchestration fails inside its section", async () => {
    const id = await app.start("failsWithLock", "left");
    expect((await app.end(id)).runtimeStatus).toBe("Failed");
    await host.printed(new RegExp(`"${id}" of 'failsWithLock' ended holding locks`));
    await host.printed(/Executed 'Functions.failsWithLock' \(Failed, .*\)\ninside the section\n/);
    await app.signal("Counter/left", "set", 1);
    await until(async () => (await app.entityState("Counter/left")) === 1, "the entity to work again");
  });
});
