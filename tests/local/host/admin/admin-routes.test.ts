import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../../support/storage-account.ts";
import { newFolder, startHostProcess, stopHostProcesses } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { openTestQueues } from "../support/queues.ts";
import { until } from "../support/until.ts";

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
    expect(status).toMatchObject({
      id: "localhost",
      state: "Running",
      instanceId: expect.stringMatching(/^0{24}[0-9A-F]{8}$/),
    });
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

describe("POST /admin/host/drain", () => {
  afterAll(stopHostProcesses);

  it("takes no new messages and lets what runs finish, while HTTP goes on", async () => {
    const connection = takeStorageAccount();
    const queues = openTestQueues(connection);
    await queues.create("work");
    const stateFolder = newFolder();
    const env = { AzureWebJobsStorage: connection };
    const host = await startHostProcess({ app: "esm", stateFolder, env, args: ["--owner-lease", "00:01:00"] });
    const status = async () => (await fetch(`${host.url}/admin/host/drain/status`)).json();
    expect(await status()).toEqual({ state: "Disabled", outstandingInvocations: 0, outstandingRetries: 0 });
    await queues.send("work", { delayMs: 1500 });
    await host.printed(/Executing 'Functions\.work'/);
    expect((await fetch(`${host.url}/admin/host/drain`, { method: "POST" })).status).toBe(202);
    expect(await status()).toEqual({ state: "InProgress", outstandingInvocations: 1, outstandingRetries: 0 });
    expect((await fetch(`${host.url}/api/hello`)).status).toBe(201);
    await until(async () => ((await status()) as { state: string }).state === "Completed", "the message to be done");
    await queues.send("work", { late: true });
    const next = await startHostProcess({ app: "esm", stateFolder, env });
    await next.printed(/Host lock lease acquired/); // long before the lease of the first would end
    await next.printed(/Executed 'Functions\.work' \(Succeeded/);
    expect(host.output().split("Executing 'Functions.work'")).toHaveLength(2);
    host.child.kill("SIGTERM");
    expect(await host.exited).toBe(0);
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

  it("can be listed with the master key, and read one by one", async () => {
    const { master, host: hostKeys } = keys();
    const file = join(stateFolder, "keys.json");
    writeFileSync(
      file,
      JSON.stringify({ ...keys(), functions: { Guarded: { mine: "secret" } }, system: { ext: "s" } }),
    );
    const read = async (path: string) => {
      const response = await fetch(`${host.url}/admin/${path}`, { headers: { "x-functions-key": master } });
      return response.ok ? response.json() : response.status;
    };
    const self = (path: string) => ({ links: [{ rel: "self", href: expect.stringMatching(`/admin/${path}$`) }] });
    for (const path of ["host/keys", "host/functionkeys"])
      expect(await read(path)).toEqual({ keys: [{ name: "default", value: hostKeys.default }], ...self(path) });
    const system = "host/systemkeys";
    expect(await read(system)).toEqual({ keys: [{ name: "ext", value: "s" }], ...self(system) });
    expect(await read(`${system}/_master`)).toMatchObject({ name: "_master", value: master });
    const own = "functions/guarded/keys";
    expect(await read(own)).toEqual({ keys: [{ name: "mine", value: "secret" }], ...self(own) });
    expect(await read(`${own}/mine`)).toEqual({ name: "mine", value: "secret", ...self(`${own}/mine`) });
    expect(await read("functions/slow/keys")).toMatchObject({ keys: [] });
    expect(await read("functions/unknown/keys")).toBe(404);
    expect(await read(`${own}/other`)).toBe(404);
    for (const path of ["host/keys", own, "host/drain/status"])
      expect((await fetch(`${host.url}/admin/${path}`)).status).toBe(401);
    expect((await fetch(`${host.url}/admin/host/drain`, { method: "POST" })).status).toBe(401);
  });

  it("are not asked for unless enabled", async () => {
    const open = await startHostProcess({ app: "commonjs", env: { AzureWebJobsStorage: takeStorageAccount() } });
    expect((await fetch(`${open.url}/guarded`, { method: "POST" })).status).toBe(200);
    await open.stop();
  });
});
