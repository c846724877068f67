import { createRequire } from "node:module";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { DurableClient } from "durable-functions";
import { createOrchestrations } from "../../src/platform/orchestrations.ts";
import type { Orchestrations } from "../../src/platform/orchestrations.ts";
import { startHttpServer } from "../support/http-server.ts";
import type { TestServer } from "../support/http-server.ts";

const { DurableClient: Client } = createRequire(import.meta.url)(
  "durable-functions/lib/src/durableClient/DurableClient.js",
) as { DurableClient: new (data: object) => DurableClient };

/** The SDK's own client, and in the extension's place a server that answers as the test says. */
describe("createOrchestrations()", () => {
  let answer: { status: number; json: unknown };
  let seen: string[];
  let server: TestServer;
  let orchestrations: Orchestrations;
  beforeEach(async () => {
    seen = [];
    server = await startHttpServer(({ method, url }, response) => {
      seen.push(`${method ?? ""} ${url ?? ""}`);
      response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.json));
    });
    const rpcBaseUrl = `${server.origin}/runtime/`;
    const urls = { creationUrls: {}, managementUrls: {} };
    orchestrations = createOrchestrations(new Client({ taskHubName: "hub", rpcBaseUrl, ...urls }));
  });
  afterEach(async () => server.stop());

  const start = async () => orchestrations.start({ name: "run-job-v1", id: "op_1-1", input: {} });

  it.each([
    [{ status: 202, json: { id: "op_1-1" } }],
    [{ status: 409, json: { message: "An Orchestration instance with the status Running already exists." } }],
  ])("starts an instance, and is calm when it runs already: %j", async (given) => {
    answer = given;
    await expect(start()).resolves.toBeUndefined();
    expect(seen).toEqual(["POST /runtime/orchestrators/run-job-v1/op_1-1"]);
  });

  it.each([
    ["Running", 202, "alive"],
    ["Pending", 202, "alive"],
    ["ContinuedAsNew", 200, "alive"],
    ["Suspended", 202, "alive"],
    ["Completed", 200, "gone"],
    ["Failed", 200, "gone"],
    ["Terminated", 200, "gone"],
    ["", 404, "gone"],
  ])("says of an instance that is %p (%p) that it is %s", async (runtimeStatus, status, state) => {
    const times = { createdTime: new Date(0).toISOString(), lastUpdatedTime: new Date(0).toISOString() };
    const parts = { input: null, output: null, customStatus: null };
    answer = { status, json: { name: "run-job-v1", instanceId: "op_1-1", runtimeStatus, ...times, ...parts } };
    expect(await orchestrations.state("op_1-1")).toBe(state);
  });

  it.each([202, 404, 410])("tells and ends instances calmly, be they there or not: %p", async (status) => {
    answer = { status, json: {} };
    await expect(orchestrations.raise("op_1-1", "decided", {})).resolves.toBeUndefined();
    await expect(orchestrations.terminate("op_1-1", "cancelled")).resolves.toBeUndefined();
  });

  it("removes the histories of instances that have ended, and counts them", async () => {
    answer = { status: 200, json: { instancesDeleted: 3 } };
    expect(await orchestrations.purgeBefore(new Date("2026-01-02T00:00:00.000Z"))).toBe(3);
    expect(seen[0]).toContain("createdTimeTo=2026-01-02T00:00:00.000Z");
    expect(seen[0]).toContain("runtimeStatus=Completed,Failed,Terminated,Canceled");
    answer = { status: 404, json: {} };
    expect(await orchestrations.purgeBefore(new Date())).toBe(0);
  });

  it("says of everything else that the task hub could not do it", async () => {
    answer = { status: 500, json: { message: "boom" } };
    const unavailable = { code: "STORAGE_UNAVAILABLE" };
    await expect(start()).rejects.toMatchObject(unavailable);
    await expect(orchestrations.state("op_1-1")).rejects.toMatchObject(unavailable);
    await expect(orchestrations.terminate("op_1-1", "no")).rejects.toMatchObject(unavailable);
    await expect(orchestrations.purgeBefore(new Date())).rejects.toMatchObject(unavailable);
    await server.stop();
    await expect(start()).rejects.toMatchObject(unavailable);
  });
});
