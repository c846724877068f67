import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createCrashApp, startInstance, waitForEnd } from "../durable/crashes/crash-app.ts";
import { stopHostProcesses } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";

describe("the page of an instance", () => {
  let host: HostProcess;
  const get = (id: string, accept = "application/json") =>
    fetch(`${host.url}/admin/instances/${encodeURIComponent(id)}`, { headers: { accept } });

  beforeAll(async () => {
    host = await createCrashApp().start();
    await startInstance(host, { name: "transfer", id: "t<1>", input: { from: "a", to: "b" } });
    await waitForEnd(host, "t<1>");
  });
  afterAll(stopHostProcesses);

  it("shows facts and the raw history as JSON", async () => {
    const page = (await (await get("t<1>")).json()) as { facts: object; history: { EventType: number }[] };
    expect(page.facts).toMatchObject({
      name: "transfer",
      status: "Completed",
      output: "[-1,1]",
      runningActivities: [],
    });
    expect(page.history.slice(0, 2).map(({ EventType }) => EventType)).toEqual([12, 0]);
  });

  it("shows the same to a browser, with names for the events", async () => {
    const html = await (await get("t<1>", "text/html")).text();
    expect(html).toContain("<h1>t&lt;1&gt;</h1>");
    expect(html).toMatch(/<td>ExecutionStarted<\/td>[^]*<td>EventSent<\/td>[^]*<td>ExecutionCompleted<\/td>/);
  });

  it("shows an entity with its state", async () => {
    expect(await (await get("@account@b")).json()).toMatchObject({
      facts: { exists: true, state: "1", lockedBy: null },
      history: [],
    });
  });

  it("says when there is none, and lists those that there are at the root", async () => {
    const none = await get("none");
    expect([none.status, await none.json()]).toEqual([404, { error: 'There is no instance "none"' }]);
    expect(await (await fetch(host.url)).json()).toMatchObject({
      instances: { hub: "CrashHub", countByStatus: { Completed: 1, Entity: 2 } },
    });
  });
});
