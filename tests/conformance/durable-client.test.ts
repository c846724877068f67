import { randomUUID } from "node:crypto";
import { BlobServiceClient } from "@azure/storage-blob";
import { describe, expect, it } from "@jest/globals";
import { openTestQueues } from "../local/host/support/queues.ts";
import { until } from "../local/host/support/until.ts";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";
import type { Status } from "./support/orchestrations.ts";

describe.each(moduleSystems)("the durable client (%s)", (moduleSystem) => {
  const blob = randomUUID();
  const host = useConformanceHost(moduleSystem, {
    async prepare(storage) {
      const container = BlobServiceClient.fromConnectionString(storage).getContainerClient("to-start");
      await container.createIfNotExists();
      await container.getBlockBlobClient(blob).upload("x", 1);
    },
  });
  const orchestrations = orchestrationsOf(host);
  const { client, start, waitFor } = orchestrations;
  const waiting = { names: ["A"] };
  const isIn = (state: string) => (status: Status) => status.runtimeStatus === state;
  const startWaiting = async () => {
    const started = await start("collectEvents", waiting);
    await waitFor(started, isIn("Running"), "the instance to run");
    return started;
  };

  describe("startNew()", () => {
    it("returns an id that it made, and the hub is that of host.json", async () => {
      expect(await client("startNew", { name: "chaining", data: "Ada" })).toMatch(/^[0-9a-f-]{32,36}$/);
      expect(await client("taskHubName")).toBe("ConformanceHub");
    });

    it("refuses an orchestrator that does not exist", async () => {
      await expect(client("startNew", { name: "nobody" })).rejects.toThrow(/nobody/);
    });

    it("refuses an id that is in use, and takes that of an instance that has ended (F-9, R-228)", async () => {
      const id = randomUUID();
      const started = await start("collectEvents", waiting, { id });
      expect(
        (await host.api(`start/collectEvents/${id}`, { method: "POST", body: JSON.stringify(waiting) })).status,
      ).toBe(500);
      await orchestrations.raise(started, "A", 1);
      await orchestrations.ended(started);
      expect(await orchestrations.run("chaining", "again", { id })).toMatchObject({ name: "chaining", instanceId: id });
    });
  });

  describe("getStatus()", () => {
    it("tells of an instance, with its input unless it should not", async () => {
      const { instanceId: id } = await orchestrations.run("chaining", "Ada");
      expect(await client("getStatus", { id })).toMatchObject({
        name: "chaining",
        instanceId: id,
        runtimeStatus: "Completed",
        output: "*** HELLO ADA ***",
        createdTime: expect.stringMatching(/Z$/),
        lastUpdatedTime: expect.stringMatching(/Z$/),
      });
      expect(await client("getStatus", { id, options: { showInput: true } })).toMatchObject({ input: "Ada" });
    });

    it("rejects for an id that nobody knows", async () => {
      await expect(client("getStatus", { id: "unknown" })).rejects.toThrow("404");
    });
  });

  it("getStatusAll() and getStatusBy() list instances", async () => {
    const from = new Date(Date.now() - 1000).toISOString();
    const done = await orchestrations.run("chaining", "listed");
    const open = await startWaiting();
    const idsOf = (statuses: unknown) => (statuses as Status[]).map(({ instanceId }) => instanceId);
    expect(idsOf(await client("getStatusAll"))).toEqual(expect.arrayContaining([done.instanceId, open.id]));
    const completed = idsOf(await client("getStatusBy", { filter: { from, statuses: ["Completed"] } }));
    expect(completed).toContain(done.instanceId);
    expect(completed).not.toContain(open.id);
    const before = { to: new Date(Date.now() - 3_600_000).toISOString(), statuses: ["Completed", "Running"] };
    expect(idsOf(await client("getStatusBy", { filter: before }))).not.toContain(done.instanceId);
    await client("terminate", { id: open.id, reason: "seen" });
  });

  it("raiseEvent() delivers; to an instance that has ended it does nothing, to none it rejects", async () => {
    const { id } = await startWaiting();
    await client("raiseEvent", { id, event: "A", data: { by: "client" } });
    const status = async () => client<Status>("getStatus", { id });
    expect(await until(async () => ((await status()).output ? status() : undefined), "the end")).toMatchObject({
      output: [{ by: "client" }],
    });
    expect(await client("raiseEvent", { id, event: "A", data: 1 })).toBeNull();
    await expect(client("raiseEvent", { id: "unknown", event: "A", data: 1 })).rejects.toThrow(/unknown/);
  });

  it("terminate() ends an instance with a reason (R-126)", async () => {
    const started = await startWaiting();
    await client("terminate", { id: started.id, reason: "enough" });
    expect(await orchestrations.ended(started)).toMatchObject({ runtimeStatus: "Terminated", output: "enough" });
  });

  it("suspend() holds an instance, and its events, until resume()", async () => {
    const started = await startWaiting();
    await client("suspend", { id: started.id, reason: "a break" });
    await waitFor(started, isIn("Suspended"), "the instance to be suspended");
    await orchestrations.raise(started, "A", "kept");
    await orchestrations.run("chaining", "meanwhile");
    expect(await orchestrations.status(started)).toMatchObject({ runtimeStatus: "Suspended" });
    await client("resume", { id: started.id, reason: "go on" });
    expect(await orchestrations.ended(started)).toMatchObject({ runtimeStatus: "Completed", output: ["kept"] });
  });

  it("rewind() lets a failed instance try again what failed", async () => {
    const plan = { name: randomUUID(), failures: 1 };
    const failed = await orchestrations.start("failingChild", plan);
    expect(await orchestrations.ended(failed)).toMatchObject({ runtimeStatus: "Failed" });
    await client("rewind", { id: failed.id, reason: "it works now" });
    await waitFor(failed, isIn("Completed"), "the instance to succeed");
    expect(await orchestrations.status(failed)).toMatchObject({ output: "at last" });
  });

  it("purgeInstanceHistory() forgets one instance (R-266)", async () => {
    const { instanceId: id } = await orchestrations.run("chaining", "forget me");
    expect(await client("purgeInstanceHistory", { id })).toEqual({ instancesDeleted: 1 });
    await expect(client("getStatus", { id })).rejects.toThrow("404");
    expect(await client("purgeInstanceHistory", { id })).toEqual({ instancesDeleted: 0 });
  });

  it("purgeInstanceHistoryBy() forgets those that have ended as asked, and no others (R-201)", async () => {
    const from = new Date(Date.now() - 1000).toISOString();
    const failed = await orchestrations.run("orchestratorThrows");
    const done = await orchestrations.run("chaining", "keep me");
    const filter = { from, statuses: ["Failed"] };
    const { instancesDeleted } = await client<{ instancesDeleted: number }>("purgeInstanceHistoryBy", { filter });
    expect(instancesDeleted).toBeGreaterThanOrEqual(1);
    await expect(client("getStatus", { id: failed.instanceId })).rejects.toThrow("404");
    expect(await client("getStatus", { id: done.instanceId })).toMatchObject({ runtimeStatus: "Completed" });
  });

  it("createHttpManagementPayload() gives the addresses of an instance that need not exist", async () => {
    const payload = await client<Record<string, string>>("createHttpManagementPayload", { id: "some-id" });
    expect(payload["id"]).toBe("some-id");
    expect(payload["statusQueryGetUri"]).toContain("/runtime/webhooks/durabletask/instances/some-id?");
    expect(payload["sendEventPostUri"]).toContain("/raiseEvent/{eventName}");
    expect(payload["terminatePostUri"]).toContain("reason={text}");
  });

  describe("beside other triggers", () => {
    it("starts from queues, by its own registrations and as an extra input", async () => {
      const queues = openTestQueues(host.storage);
      const names = ["to-start", "to-start-too", "to-start-generic"];
      await queues.create(...names);
      for (const queue of names) {
        await queues.send(queue, queue);
        const id = await queues.take("started");
        const status = async () => client<Status>("getStatus", { id });
        await until(async () => (await status()).runtimeStatus === "Completed", `the instance of ${queue}`);
        expect(await status()).toMatchObject({ output: `*** HELLO ${queue.toUpperCase()} ***` });
      }
    });

    it("starts from timers and blobs", async () => {
      for (const id of ["started-by-timer", `started-by-blob-${blob}`])
        await until(async () => {
          const { value } = (await (
            await host.api("client/getStatus", { method: "POST", body: JSON.stringify({ id }) })
          ).json()) as { value?: Status };
          return value?.runtimeStatus === "Completed";
        }, `the end of ${id}`);
    });
  });
});
