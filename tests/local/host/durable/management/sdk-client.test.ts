import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { newFolder, stopHostProcesses } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";
import { replyOf, startClientApp } from "./support/client-app.ts";
import type { ClientApp } from "./support/client-app.ts";

describe("the SDK's client", () => {
  let app: ClientApp;
  beforeAll(async () => {
    app = await startClientApp();
  });
  afterAll(stopHostProcesses);

  const counter = (key: string) => ({ $entity: ["Counter", key] });
  const soon = () => ({ $date: new Date(Date.now() + 60_000).toISOString() });
  const past = () => ({ $date: new Date(Date.now() - 60_000).toISOString() });

  it("starts an orchestration with input, id and version, and reads its status", async () => {
    expect(await app.call("startNew", "echo", { instanceId: "given", input: { a: 1 }, version: "0.9" })).toBe("given");
    await app.reaches("given", "Completed");
    expect(await app.call("getStatus", "given", { showInput: true })).toMatchObject({
      name: "echo",
      instanceId: "given",
      runtimeStatus: "Completed",
      input: { a: 1 },
      output: { input: { a: 1 }, version: "0.9" },
      customStatus: null,
    });
  });

  it("makes an id, and passes no input, when given none", async () => {
    const id = await app.call("startNew", "ECHO");
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await app.reaches(String(id), "Completed")).toMatchObject({ output: { version: "1.0" } });
  });

  it("is told which orchestrators there are when it asks for another", async () => {
    await expect(app.call("startNew", "nowhere")).rejects.toThrow(
      /unexpected status code: 400.*'nowhere' doesn't exist, is disabled, or is not an orchestrator function.*'needsFile'/,
    );
  });

  it("cannot start an id that is running, and replaces one that has ended", async () => {
    await app.call("startNew", "waits", { instanceId: "twice" });
    await expect(app.call("startNew", "waits", { instanceId: "twice" })).rejects.toThrow(/status code: 409/);
    await app.call("terminate", "twice", "enough");
    await app.reaches("twice", "Terminated");
    await app.call("startNew", "echo", { instanceId: "twice", input: 2 });
    expect(await app.reaches("twice", "Completed")).toMatchObject({ output: { input: 2 } });
  });

  it("raises events, and is told of an instance that is not there", async () => {
    await app.call("startNew", "waits", { instanceId: "listener" });
    await app.call("raiseEvent", "listener", "go", { value: 5 });
    expect(await app.reaches("listener", "Completed")).toMatchObject({ output: { value: 5 } });
    expect(await app.call("raiseEvent", "listener", "go", 1)).toBeNull(); // 410, which the SDK lets pass
    await expect(app.call("raiseEvent", "nobody", "go", 1)).rejects.toThrow("No instance with ID 'nobody' found.");
    await expect(app.call("raiseEvent", "nobody", "go", 1, { taskHubName: "Other" })).rejects.toThrow(
      /status code: 400.*task hub 'Other' is not here/,
    );
  });

  it("raises an event without a value", async () => {
    await app.call("startNew", "waits", { instanceId: "poked" });
    await app.call("raiseEvent", "poked", "go");
    expect(await app.reaches("poked", "Completed")).toMatchObject({ output: null });
  });

  it("terminates, with the reason as output", async () => {
    await app.call("startNew", "waits", { instanceId: "doomed" });
    await app.call("terminate", "doomed", "no longer wanted");
    expect(await app.reaches("doomed", "Terminated")).toMatchObject({ output: "no longer wanted" });
    expect(await app.call("terminate", "doomed", "again")).toBeNull();
    await expect(app.call("terminate", "nobody", "x")).rejects.toThrow("No instance with ID 'nobody' found.");
  });

  it("suspends and resumes", async () => {
    await app.call("startNew", "waits", { instanceId: "sleeper" });
    await app.reaches("sleeper", "Running");
    await expect(app.call("resume", "sleeper", "r")).rejects.toThrow(/500.*in the Running state/);
    await app.call("suspend", "sleeper", "wait");
    await app.reaches("sleeper", "Suspended");
    await expect(app.call("suspend", "sleeper", "wait")).rejects.toThrow(/500.*in the Suspended state/);
    await app.call("raiseEvent", "sleeper", "go", "x");
    await app.call("resume", "sleeper", "go on");
    expect(await app.reaches("sleeper", "Completed")).toMatchObject({ output: "x" });
    await expect(app.call("suspend", "nobody", "x")).rejects.toThrow("No instance with ID 'nobody' found.");
    await expect(app.call("resume", "nobody", "x")).rejects.toThrow("No instance with ID 'nobody' found.");
  });

  it("rewinds a failed orchestration, which keeps what had succeeded", async () => {
    const file = join(newFolder(), "file");
    await app.call("startNew", "needsFile", { instanceId: "failing", input: { file } });
    const failed = await app.reaches("failing", "Failed");
    expect(String(failed.output)).toContain("the file is missing");
    writeFileSync(file, "");
    await app.call("rewind", "failing", "it is there now");
    const done = await app.reaches("failing", "Completed");
    expect(done).toMatchObject({ output: "BEFORE" });
    expect(done.historyEvents?.map(({ EventType }) => EventType)).not.toContain("TaskFailed");
    await expect(app.call("rewind", "failing", "again")).rejects.toThrow(
      'This orchestration has status Completed, but only orchestrations in the "Failed" state can be rewound.',
    );
    await expect(app.call("rewind", "nobody", "x")).rejects.toThrow(
      'No orchestration with instance ID "nobody" found.',
    );
  });

  it("rewinds failed children and failed retries too", async () => {
    const file = join(newFolder(), "file");
    await app.call("startNew", "parentOfNeedsFile", { instanceId: "parent", input: { file } });
    await app.call("startNew", "retriesFile", { instanceId: "retrying", input: { file } });
    await app.reaches("parent", "Failed");
    await app.reaches("retrying", "Failed");
    writeFileSync(file, "");
    await app.call("rewind", "parent", "r");
    await app.call("rewind", "retrying", "r");
    expect(await app.reaches("parent", "Completed")).toMatchObject({ output: "BEFORE" });
    expect(await app.reaches("parent-child", "Completed")).toMatchObject({ output: "BEFORE" });
    expect(await app.reaches("retrying", "Completed")).toMatchObject({ output: "found" });
  });

  it("rewinds a parent whose failed child has been purged: the child is started anew", async () => {
    const file = join(newFolder(), "file");
    await app.call("startNew", "parentOfNeedsFile", { instanceId: "orphaned", input: { file } });
    await app.reaches("orphaned", "Failed");
    expect(await app.call("purgeInstanceHistory", "orphaned-child")).toEqual({ instancesDeleted: 1 });
    writeFileSync(file, "");
    await app.call("rewind", "orphaned", "r");
    expect(await app.reaches("orphaned", "Completed")).toMatchObject({ output: "BEFORE" });
  });

  it("signals entities and reads their state", async () => {
    expect(await app.call("readEntityState", counter("c"))).toEqual({ entityExists: false });
    await app.call("signalEntity", counter("c"), "add", 2);
    await app.call("signalEntity", counter("c"), "add", 3);
    const state = await until(async () => {
      const found = (await app.call("readEntityState", counter("c"))) as { entityState?: number };
      return found.entityState === 5 ? found : undefined;
    }, "the counter to be 5");
    expect(state).toEqual({ entityExists: true, entityState: 5 });
    await expect(app.call("signalEntity", { $entity: ["Nothing", "c"] }, "add", 1)).rejects.toThrow(
      /400.*'nothing' doesn't exist.*'Counter'/i,
    );
  });

  it("purges one and many", async () => {
    await app.call("startNew", "echo", { instanceId: "old" });
    await app.reaches("old", "Completed");
    expect(await app.call("purgeInstanceHistory", "old")).toEqual({ instancesDeleted: 1 });
    expect(await app.call("purgeInstanceHistory", "old")).toEqual({ instancesDeleted: 0 });
    await app.call("startNew", "echo", { instanceId: "older" });
    await app.reaches("older", "Completed");
    const filter = { createdTimeFrom: past(), createdTimeTo: soon(), runtimeStatus: ["Completed"] };
    const purged = (await app.call("purgeInstanceHistoryBy", filter)) as { instancesDeleted: number };
    expect(purged.instancesDeleted).toBeGreaterThan(0);
    expect(await app.call("purgeInstanceHistoryBy", filter)).toEqual({ instancesDeleted: 0 });
    await expect(app.call("getStatus", "older")).rejects.toThrow(/HTTP 404 response.*older/);
  });

  it("lists more instances than fit on a page, and by filter", async () => {
    const before = new Date();
    const ids = Array.from({ length: 250 }, (_, index) => `many-${index}`);
    await Promise.all(ids.map((id) => app.call("startNew", "waits", { instanceId: id })));
    const all = (await app.call("getStatusAll")) as { instanceId: string }[];
    const listed = all.map(({ instanceId }) => instanceId).filter((id) => id.startsWith("many-"));
    expect(listed).toHaveLength(250);
    expect(new Set(listed)).toEqual(new Set(ids));
    const filter = { createdTimeFrom: { $date: before.toISOString() }, runtimeStatus: ["Running", "Pending"] };
    expect(await app.call("getStatusBy", filter)).toHaveLength(250);
    expect(await app.call("getStatusBy", { ...filter, runtimeStatus: ["Failed"] })).toEqual([]);
  });

  it("makes links that work from outside, and waits for a completion", async () => {
    const respond = (body: unknown) =>
      fetch(`${app.host.url}/api/respond`, { method: "POST", body: JSON.stringify(body) }).then(replyOf);
    await app.call("startNew", "waits", { instanceId: "followed" });
    const { status, body, headers } = await respond({ id: "followed" });
    expect(status).toBe(202);
    const links = body as Record<string, string>;
    expect(headers.get("location")).toBe(links["statusQueryGetUri"]);
    expect(links["statusQueryGetUri"]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/.*\?taskHub=ClientHub&connection=Other$/);
    const waiting = await respond({
      id: "followed",
      waitOptions: { timeoutInMilliseconds: 20, retryIntervalInMilliseconds: 10 },
    });
    expect(waiting.status).toBe(202);
    const raise = String(links["sendEventPostUri"]).replace("{eventName}", "go");
    const raised = await fetch(raise, { method: "POST", body: "1", headers: { "content-type": "application/json" } });
    expect(raised.status).toBe(202);
    const done = await respond({
      id: "followed",
      waitOptions: { timeoutInMilliseconds: 10_000, retryIntervalInMilliseconds: 20 },
    });
    expect([done.status, done.body]).toEqual([200, 1]);
    const payload = (await app.call("createHttpManagementPayload", "followed")) as Record<string, string>;
    expect((await fetch(String(payload["statusQueryGetUri"]))).status).toBe(200);
    expect((await fetch(String(payload["purgeHistoryDeleteUri"]), { method: "DELETE" })).status).toBe(200);
  });

  it("puts a function in error whose client is for another hub", async () => {
    const elsewhere = await fetch(`${app.host.url}/admin/functions/elsewhere/status`).then(replyOf);
    expect(elsewhere.body).toEqual({
      errors: ["The Durable client's task hub is 'AnotherHub': this host serves only its own, 'ClientHub'"],
    });
  });
});
