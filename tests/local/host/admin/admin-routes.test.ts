import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../../support/storage-account.ts";
import { newFolder, startHostProcess, stopHostProcesses } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { openTestQueues } from "../support/queues.ts";

interface FunctionView {
  readonly name: string;
  readonly invoke_url_template: string | null;
  readonly config: { readonly bindings: readonly { readonly type: string }[] };
  readonly isDisabled: boolean;
  readonly error?: string;
}

describe("admin endpoints", () => {
  const connection = takeStorageAccount();
  let host: HostProcess;
  const call = (path: string, init?: RequestInit) => fetch(`${host.url}/admin/${path}`, init);

  beforeAll(async () => {
    host = await startHostProcess({ app: "esm", env: { AzureWebJobsStorage: connection } });
  });
  afterAll(stopHostProcesses);

  it("answer ping and status", async () => {
    expect((await call("host/ping", { method: "POST" })).status).toBe(200);
    const status = (await (await call("host/status")).json()) as { state: string; errors: string[] };
    expect(status.state).toBe("Running");
    expect(status.errors).toEqual(
      expect.arrayContaining([expect.stringContaining("'adminPanel' function is in error")]),
    );
  });

  it("list functions with their bindings, and those in error with the reason", async () => {
    const list = (await (await call("functions")).json()) as FunctionView[];
    const hello = list.find(({ name }) => name === "hello");
    expect(hello?.invoke_url_template).toMatch(/^http:\/\/localhost:\d+\/api\/hello\/\{name\?\}$/);
    expect(hello?.config.bindings.map(({ type }) => type)).toEqual(["httpTrigger", "http"]);
    expect(list.find(({ name }) => name === "takenRoute")?.error).toContain("conflicts");
    const work = (await (await call("functions/WORK")).json()) as FunctionView;
    expect([work.name, work.invoke_url_template]).toEqual(["work", null]);
    expect((await call("functions/unknown")).status).toBe(404);
  });

  it("start a function that is not triggered by HTTP with a given input", async () => {
    const body = JSON.stringify({ input: JSON.stringify({ manual: true }) });
    expect((await call("functions/work", { method: "POST", body })).status).toBe(202);
    expect(await openTestQueues(connection).takeJson("results")).toMatchObject({ message: { manual: true } });
  });

  it("refuse to start HTTP functions, functions in error and malformed inputs", async () => {
    const post = async (path: string, body: string) => (await call(path, { method: "POST", body })).status;
    expect(await post("functions/hello", "{}")).toBe(400);
    expect(await post("functions/cosmos", "{}")).toBe(400);
    expect(await post("functions/work", "no JSON")).toBe(400);
  });
});

describe("keys", () => {
  const stateFolder = newFolder();
  let host: HostProcess;
  const post = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${host.url}${path}`, { method: "POST", headers });
    return [response.status, await response.text()];
  };
  const keys = () =>
    JSON.parse(readFileSync(join(stateFolder, "keys.json"), "utf8")) as { master: string; host: { default: string } };

  beforeAll(async () => {
    const env = { AzureWebJobsStorage: takeStorageAccount() };
    host = await startHostProcess({ app: "commonjs", stateFolder, env, args: ["--enable-auth"] });
  });
  afterAll(stopHostProcesses);

  it("are asked for by their level, in the header or the query", async () => {
    const { master, host: hostKeys } = keys();
    expect(await post("/guarded")).toEqual([401, ""]);
    expect(await post("/guarded", { "x-functions-key": "wrong" })).toEqual([401, ""]);
    expect(await post("/guarded", { "x-functions-key": hostKeys.default })).toEqual([200, "in"]);
    expect(await post(`/guarded?code=${master}`)).toEqual([200, "in"]);
    expect(await post("/master", { "x-functions-key": hostKeys.default })).toEqual([401, ""]);
    expect(await post("/master", { "x-functions-key": master })).toEqual([200, "in"]);
  });

  it("guard the admin endpoints by the master key, except the ping", async () => {
    expect((await fetch(`${host.url}/admin/functions`)).status).toBe(401);
    expect((await fetch(`${host.url}/admin/functions?code=${keys().master}`)).status).toBe(200);
    expect((await fetch(`${host.url}/admin/host/ping`)).status).toBe(200);
  });

  it("are not asked for unless enabled", async () => {
    const open = await startHostProcess({ app: "commonjs", env: { AzureWebJobsStorage: takeStorageAccount() } });
    expect((await fetch(`${open.url}/guarded`, { method: "POST" })).status).toBe(200);
    await open.stop();
  });
});
