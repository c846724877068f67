import { randomUUID } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { until } from "../local/host/support/until.ts";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";
import type { Started, Status } from "./support/orchestrations.ts";

describe.each(moduleSystems)("the management API of Durable Functions (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);
  const orchestrations = orchestrationsOf(host);
  const post = async (url: string, body?: string, type = "application/json") =>
    fetch(url, { method: "POST", headers: { "content-type": type }, ...(body === undefined ? {} : { body }) });

  /** An address of the API, with the key and hub that the app's own links have. */
  async function address(path: string, query: Readonly<Record<string, string>> = {}): Promise<string> {
    const { statusQueryGetUri } = await orchestrations.client<Started>("createHttpManagementPayload", { id: "x" });
    const url = new URL(statusQueryGetUri.replace("/instances/x", `/${path}`));
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url.href;
  }
  const startWaiting = async (id?: string) => {
    const started = await orchestrations.start("collectEvents", { names: ["A"] }, id === undefined ? {} : { id });
    await orchestrations.waitFor(started, ({ runtimeStatus }) => runtimeStatus === "Running", "the instance to run");
    return started;
  };
  const startFinished = async () => {
    const started = await orchestrations.start("chaining", "Ada");
    await orchestrations.ended(started);
    return started;
  };

  describe("starting", () => {
    it("is answered 202 with the addresses of the instance", async () => {
      const answer = await post(await address("orchestrators/chaining"), '"Ada"');
      expect(answer.status).toBe(202);
      const started = (await answer.json()) as Started;
      expect(answer.headers.get("location")).toBe(started.statusQueryGetUri);
      expect(answer.headers.get("retry-after")).toBe("10");
      expect(await orchestrations.ended(started)).toMatchObject({ output: "*** HELLO ADA ***" });
    });

    it("takes an id and a version", async () => {
      const id = randomUUID();
      const answer = await post(await address(`orchestrators/versioned/${id}`, { version: "1.0" }));
      const started = (await answer.json()) as Started;
      expect(await orchestrations.ended(started)).toMatchObject({ instanceId: id, output: "as it was in version 1" });
    });

    it("waits when asked to, and answers with the output alone", async () => {
      const answer = await post(
        await address("orchestrators/chaining", { timeout: "15", pollingInterval: "1" }),
        '"Bo"',
      );
      expect([answer.status, await answer.json()]).toEqual([200, "*** HELLO BO ***"]);
    });

    it("is refused while the id is in use, with 409 or, by older extensions, 500", async () => {
      const { id } = await startWaiting();
      const again = await post(await address(`orchestrators/collectEvents/${id}`), JSON.stringify({ names: ["A"] }));
      expect([409, 500]).toContain(again.status);
    });

    it.each(["orchestrators/nobody", "orchestrators/chaining/@id"])("is refused with 400: %s", async (path) => {
      expect((await post(await address(path))).status).toBe(400);
    });
  });

  describe("the status", () => {
    it("is 202 with an address and a time while it runs, 200 when it has ended", async () => {
      const started = await startWaiting();
      const running = await fetch(started.statusQueryGetUri);
      expect(running.status).toBe(202);
      expect(running.headers.get("location")).toContain(`/instances/${started.id}`);
      expect(Number(running.headers.get("retry-after"))).toBeGreaterThan(0);
      await orchestrations.raise(started, "A", 1);
      await orchestrations.ended(started);
      const done = await fetch(started.statusQueryGetUri);
      expect(done.status).toBe(200);
      expect(done.headers.get("content-type")).toContain("application/json");
      expect(await done.json()).toEqual({
        name: "collectEvents",
        instanceId: started.id,
        runtimeStatus: "Completed",
        input: { names: ["A"] },
        customStatus: null,
        output: [1],
        createdTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        lastUpdatedTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      });
    });

    it("is 404 for an id that nobody knows", async () => {
      expect((await fetch(await address("instances/unknown"))).status).toBe(404);
    });

    it("leaves the input out when asked to", async () => {
      expect(await orchestrations.status(await startFinished(), "&showInput=false")).toMatchObject({ input: null });
    });

    it("of a failure is 200, or 500 when asked for", async () => {
      const started = await orchestrations.start("orchestratorThrows");
      await orchestrations.ended(started);
      expect((await fetch(started.statusQueryGetUri)).status).toBe(200);
      const url = `${started.statusQueryGetUri}&returnInternalServerErrorOnFailure=true`;
      expect((await fetch(url)).status).toBe(500);
    });
  });

  describe("the list", () => {
    it("comes in pages, each instance once", async () => {
      const prefix = `page-${randomUUID()}`;
      await Promise.all([1, 2, 3, 4, 5].map(async (number) => startWaiting(`${prefix}-${number}`)));
      const ids: string[] = [];
      let token = "";
      do {
        const url = await address("instances", { instanceIdPrefix: prefix, top: "2" });
        const answer = await fetch(url, { headers: token ? { "x-ms-continuation-token": token } : {} });
        expect(answer.status).toBe(200);
        const page = (await answer.json()) as Status[];
        expect(page.length).toBeLessThanOrEqual(2);
        ids.push(...page.map(({ instanceId }) => instanceId));
        token = answer.headers.get("x-ms-continuation-token") ?? "";
      } while (token);
      expect(ids.sort()).toEqual([1, 2, 3, 4, 5].map((number) => `${prefix}-${number}`));
    });

    it("is of the states and times asked for", async () => {
      const { id } = await startFinished();
      const list = async (query: Readonly<Record<string, string>>) =>
        ((await (await fetch(await address("instances", query))).json()) as Status[]).map(
          (status) => status.instanceId,
        );
      expect(await list({ runtimeStatus: "Failed,Completed", instanceIdPrefix: id })).toEqual([id]);
      expect(await list({ runtimeStatus: "Running", instanceIdPrefix: id })).toEqual([]);
      expect(await list({ createdTimeFrom: new Date(Date.now() + 60_000).toISOString() })).not.toContain(id);
    });
  });

  describe("raising an event", () => {
    it("is 202, 404 where there is no instance, 410 where it has ended, 400 for what is no JSON", async () => {
      const [running, finished] = [await startWaiting(), await startFinished()];
      const eventOf = ({ sendEventPostUri }: Started) => sendEventPostUri.replace("{eventName}", "A");
      expect((await post(eventOf(running), "not json")).status).toBe(400);
      expect((await post(eventOf(running), "1", "text/plain")).status).toBe(400);
      expect((await post(eventOf(running), "1")).status).toBe(202);
      expect((await post(eventOf(finished), "1")).status).toBe(410);
      expect((await post(await address("instances/unknown/raiseEvent/A"), "1")).status).toBe(404);
    });
  });

  describe("what is done to an instance", () => {
    const withReason = (uri: string) => uri.replace("{text}", "because");

    it.each(["terminate", "suspend", "resume"])(
      "%s is 404 where there is none and 410 where it has ended",
      async (verb) => {
        const finished = await startFinished();
        const uri = withReason(finished[`${verb}PostUri` as "terminatePostUri"]);
        expect((await post(uri)).status).toBe(410);
        expect((await post(await address(`instances/unknown/${verb}`, { reason: "r" }))).status).toBe(404);
      },
    );

    it("terminating gives the reason as output", async () => {
      const started = await startWaiting();
      expect((await post(withReason(started.terminatePostUri))).status).toBe(202);
      expect(await orchestrations.ended(started)).toMatchObject({ runtimeStatus: "Terminated", output: "because" });
    });

    it("rewinding one that has not failed is refused", async () => {
      const answer = await post(withReason((await startFinished()).rewindPostUri));
      expect([410, 412]).toContain(answer.status); // the extension has said both in its time
    });

    it("restarting begins again with the same input, under a new id or the same", async () => {
      const { restartPostUri, id } = await startFinished();
      const renewed = (await (await post(restartPostUri)).json()) as Started;
      expect(renewed.id).not.toBe(id);
      expect(await orchestrations.ended(renewed)).toMatchObject({ input: "Ada", output: "*** HELLO ADA ***" });
      const same = await post(`${restartPostUri}&restartWithNewInstanceId=false`);
      expect([same.status, ((await same.json()) as Started).id]).toEqual([202, id]);
    });

    it("purging forgets it, then there is nothing to purge", async () => {
      const { purgeHistoryDeleteUri, statusQueryGetUri } = await startFinished();
      const purge = async () => fetch(purgeHistoryDeleteUri, { method: "DELETE" });
      const first = await purge();
      expect([first.status, await first.json()]).toEqual([200, { instancesDeleted: 1 }]);
      expect((await fetch(statusQueryGetUri)).status).toBe(404);
      expect((await purge()).status).toBe(404);
    });

    it("purging many needs a time to begin with", async () => {
      const from = new Date(Date.now() - 1000).toISOString();
      await startFinished();
      const purge = async (query: Readonly<Record<string, string>>) =>
        fetch(await address("instances", query), { method: "DELETE" });
      expect((await purge({})).status).toBe(400);
      expect((await purge({ createdTimeFrom: from, runtimeStatus: "Completed" })).status).toBe(200);
      expect((await purge({ createdTimeFrom: new Date(Date.now() + 3_600_000).toISOString() })).status).toBe(404);
    });
  });

  describe("entities", () => {
    it("are signalled, read, listed and deleted", async () => {
      const key = randomUUID();
      const entity = await address(`entities/Counter/${key}`);
      expect((await fetch(entity)).status).toBe(404);
      expect((await post(`${entity}&op=add`, "7")).status).toBe(202);
      await until(async () => (await fetch(entity)).status === 200, "the entity");
      expect(await (await fetch(entity)).json()).toBe(7);
      const list = (await (await fetch(await address("entities/Counter", { fetchState: "true" }))).json()) as object[];
      expect(list).toContainEqual(
        expect.objectContaining({ entityId: { name: expect.stringMatching(/^counter$/i), key }, state: 7 }),
      );
      expect((await fetch(entity, { method: "DELETE" })).status).toBe(202);
      await until(async () => (await fetch(entity)).status === 404, "the end of the entity");
    });
  });
});
