import { describe, expect, it } from "@jest/globals";
import { purgeInstance } from "../../../../../local/host/durable/client/purge-instances.ts";
import { raiseEvent } from "../../../../../local/host/durable/client/raise-event.ts";
import { startInstance } from "../../../../../local/host/durable/client/start-instance.ts";
import { terminateInstance } from "../../../../../local/host/durable/client/terminate-instance.ts";
import { createTinyHub, ending, instanceOf } from "./support/tiny-hub.ts";

describe("sendToInstance()", () => {
  it("puts the event in the inbox of a running instance", async () => {
    const hub = createTinyHub();
    await startInstance(hub, { name: "One", id: "a", input: null });
    expect(await raiseEvent(hub, "a", { name: "go", input: "5" })).toMatchObject({ kind: "live" });
    expect(instanceOf(hub, "a")?.inbox.at(-1)?.event).toMatchObject({ Name: "go", Input: "5" });
  });

  it("tells an instance that is absent from one that has ended", async () => {
    const hub = createTinyHub();
    await startInstance(hub, { name: "One", id: "a", input: null });
    await hub.commit(ending(hub, "a"));
    expect(await terminateInstance(hub, "a", null)).toEqual({ kind: "ended", status: "Completed" });
    expect(await terminateInstance(hub, "b", null)).toEqual({ kind: "absent" });
    expect(await terminateInstance(hub, "@one@a", null)).toEqual({ kind: "absent" });
  });

  it("says that it has ended when it ended before the event came to it", async () => {
    const hub = createTinyHub();
    await startInstance(hub, { name: "One", id: "a", input: null });
    hub.beforeApply = () => {
      hub.state.apply(ending(hub, "a", "Failed"));
    };
    expect(await raiseEvent(hub, "a", { name: "go", input: null })).toEqual({ kind: "ended", status: "Failed" });
  });

  it("says that it is absent when it was purged before the event came to it", async () => {
    const hub = createTinyHub();
    await startInstance(hub, { name: "One", id: "a", input: null });
    hub.beforeApply = () => {
      hub.state.apply(ending(hub, "a"));
      hub.state.apply({ type: "purged", at: 1, ids: ["a"] });
    };
    expect(await raiseEvent(hub, "a", { name: "go", input: null })).toEqual({ kind: "absent" });
  });
});

describe("purgeInstance()", () => {
  it("leaves a running instance", async () => {
    const hub = createTinyHub();
    await startInstance(hub, { name: "One", id: "a", input: null });
    expect(await purgeInstance(hub, "a")).toEqual({ kind: "running", status: "Pending" });
    await hub.commit(ending(hub, "a"));
    expect(await purgeInstance(hub, "a")).toEqual({ kind: "purged" });
    expect(await purgeInstance(hub, "a")).toEqual({ kind: "absent" });
  });

  it("leaves an instance that is started again at that moment", async () => {
    const hub = createTinyHub();
    await startInstance(hub, { name: "One", id: "a", input: null });
    await hub.commit(ending(hub, "a"));
    const [again, purge] = await Promise.all([
      startInstance(hub, { name: "Two", id: "a", input: null }),
      purgeInstance(hub, "a"),
    ]);
    expect([again.kind, purge]).toEqual(["started", { kind: "running", status: "Pending" }]);
    expect(hub.find("a")).toMatchObject({ name: "Two" });
  });
});
