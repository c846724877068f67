import { describe, expect, it } from "@jest/globals";
import { startInstance } from "../../../../../local/host/durable/client/start-instance.ts";
import { createTinyHub, ending, instanceOf } from "./support/tiny-hub.ts";

describe("startInstance()", () => {
  it("makes an id, and gives the hub's version", async () => {
    const hub = createTinyHub();
    const outcome = await startInstance(hub, { name: "one", input: "1" });
    if (outcome.kind !== "started") throw new Error("It was not started");
    expect(outcome.id).toMatch(/^[0-9a-f]{32}$/);
    expect(hub.find(outcome.id)).toMatchObject({ name: "one", input: "1", version: "1.0", status: "Pending" });
  });

  it("names the functions that there are", async () => {
    const hub = createTinyHub();
    expect(await startInstance(hub, { name: "Three", input: null })).toEqual({
      kind: "invalid",
      reason:
        "The function 'Three' doesn't exist, is disabled, or is not an orchestrator function. Additional info: The following are the known orchestrator functions: 'One', 'Two'.",
    });
  });

  it.each(["", "@a", "a/b", "a\\b", "a#b", "a?b", "a\nb", "x".repeat(257)])("refuses the id %j", async (id) => {
    const hub = createTinyHub();
    expect(await startInstance(hub, { name: "One", id, input: null })).toMatchObject({ kind: "invalid" });
    expect([...hub.all()]).toEqual([]);
  });

  it("says that an instance exists, and replaces one that has ended", async () => {
    const hub = createTinyHub();
    await startInstance(hub, { name: "One", id: "a", input: "1" });
    expect(await startInstance(hub, { name: "One", id: "a", input: "2" })).toEqual({
      kind: "exists",
      id: "a",
      status: "Pending",
    });
    await hub.commit(ending(hub, "a"));
    expect(await startInstance(hub, { name: "One", id: "a", input: "2" })).toEqual({ kind: "started", id: "a" });
    expect(hub.find("a")).toMatchObject({ input: "2" });
  });

  it("tells the loser of two starts at once that it exists", async () => {
    const hub = createTinyHub();
    const outcomes = await Promise.all([
      startInstance(hub, { name: "One", id: "a", input: "1" }),
      startInstance(hub, { name: "One", id: "a", input: "2" }),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["started", "exists"]);
    expect(hub.find("a")).toMatchObject({ input: "1" });
  });

  it("happens once when it is repeated", async () => {
    const hub = createTinyHub();
    const start = { name: "One", id: "a", input: null, executionId: "e" };
    await startInstance(hub, start);
    expect(await startInstance(hub, start)).toEqual({ kind: "started", id: "a" });
    await hub.commit(ending(hub, "a"));
    expect(await startInstance(hub, start)).toEqual({ kind: "started", id: "a" });
    expect(hub.find("a")).toMatchObject({ status: "Completed" });
  });

  it("happens once when its id was made for it and it has gone on to another execution", async () => {
    const hub = createTinyHub();
    const start = { name: "One", id: "e", input: null, executionId: "e" };
    await startInstance(hub, start);
    await hub.commit({ ...ending(hub, "e"), status: "Running", next: { executionId: "f", input: null } });
    expect(instanceOf(hub, "e")?.executionId).toBe("f");
    expect(await startInstance(hub, start)).toEqual({ kind: "started", id: "e" });
  });

  it("replaces what is running when that is allowed", async () => {
    const hub = createTinyHub();
    await startInstance(hub, { name: "One", id: "a", input: "1" });
    const outcome = await startInstance(hub, { name: "Two", id: "a", input: "2", replacesRunning: true });
    expect(outcome).toEqual({ kind: "started", id: "a" });
    expect(hub.find("a")).toMatchObject({ name: "Two", input: "2" });
  });
});
