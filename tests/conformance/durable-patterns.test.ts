import { randomUUID } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { openTestQueues } from "../local/host/support/queues.ts";
import { until } from "../local/host/support/until.ts";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";

describe.each(moduleSystems)("the six patterns of Durable Functions (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);
  const orchestrations = orchestrationsOf(host);

  it("chaining: each step takes what the one before returned (R-256)", async () => {
    expect(await orchestrations.outputOf("chaining", "Ada")).toBe("*** HELLO ADA ***");
  });

  it("fan-out/fan-in: many activities at once, one sum (R-257)", async () => {
    expect(await orchestrations.outputOf("fanOutFanIn", 100)).toBe(338_350);
  });

  describe("async HTTP API", () => {
    it("answers at once with where to look, and the status tells of the end (R-258)", async () => {
      const answer = await host.api("start/chaining", { method: "POST", body: '"Bo"' });
      expect(answer.status).toBe(202);
      const started = (await answer.json()) as Record<string, string>;
      expect(Object.keys(started).sort()).toEqual([
        "id",
        "purgeHistoryDeleteUri",
        "restartPostUri",
        "resumePostUri",
        "rewindPostUri",
        "sendEventPostUri",
        "statusQueryGetUri",
        "suspendPostUri",
        "terminatePostUri",
      ]);
      expect(answer.headers.get("location")).toBe(started["statusQueryGetUri"]);
      expect(answer.headers.get("retry-after")).toBe("10");
      for (const uri of Object.values(started).slice(1)) expect(new URL(uri).origin).toBe(new URL(host.url).origin);
      const polled = await until(async () => {
        const status = await fetch(started["statusQueryGetUri"] ?? "");
        return status.status === 200 ? ((await status.json()) as object) : undefined;
      }, "the end of the instance");
      expect(polled).toMatchObject({ runtimeStatus: "Completed", output: "*** HELLO BO ***" });
    });

    it("gives the output itself to who can wait", async () => {
      const answer = await host.api("wait/chaining?timeout=15000", { method: "POST", body: '"Cy"' });
      expect([answer.status, await answer.json()]).toEqual([200, "*** HELLO CY ***"]);
    });

    it("tells who could not wait long enough where to look", async () => {
      const body = JSON.stringify({ question: "?", patienceMs: 60_000 });
      const answer = await host.api("wait/humanInteraction?timeout=300", { method: "POST", body });
      expect(answer.status).toBe(202);
      expect(await answer.json()).toMatchObject({ statusQueryGetUri: expect.stringContaining("/instances/") });
    });
  });

  describe("monitor", () => {
    it("looks until it is done, a generation for each look (R-260, R-268)", async () => {
      const watch = { job: randomUUID(), intervalMs: 100, until: Date.now() + 60_000 };
      expect(await orchestrations.outputOf("monitor", watch)).toEqual({ done: true, looks: 3 });
    });

    it("gives up when its time is over", async () => {
      const watch = { job: randomUUID(), intervalMs: 100, until: Date.now() };
      expect(await orchestrations.outputOf("monitor", watch)).toEqual({ done: false, looks: 1 });
    });
  });

  describe("human interaction", () => {
    it("takes the approval that comes in time, and ends then (R-259)", async () => {
      const asked = await orchestrations.start("humanInteraction", { question: "Pay?", patienceMs: 3_600_000 });
      await orchestrations.waitFor(asked, ({ customStatus }) => customStatus !== null, "the question");
      expect(await orchestrations.status(asked)).toMatchObject({ customStatus: { waitingFor: "Pay?" } });
      expect((await orchestrations.raise(asked, "Approval", { by: "Ada" })).status).toBe(202);
      expect(await orchestrations.ended(asked)).toMatchObject({ output: { approval: { by: "Ada" } } });
    });

    it("escalates when nobody answers", async () => {
      const output = await orchestrations.outputOf("humanInteraction", { question: "Pay?", patienceMs: 100 });
      expect(output).toBe("escalated: Pay?");
    });
  });

  it("aggregator: an entity gathers what many senders tell it", async () => {
    const queues = openTestQueues(host.storage);
    await queues.create("measurements");
    const sensor = randomUUID();
    for (const value of [1, 2, 3, 4]) await queues.send("measurements", { sensor, value });
    const state = await until(async () => {
      const read = await orchestrations.client<{ entityState?: { count: number } }>("readEntityState", {
        name: "aggregator",
        key: sensor,
      });
      return read.entityState?.count === 4 ? read.entityState : undefined;
    }, "four measurements");
    expect(state).toEqual({ count: 4, sum: 10 });
  });
});
