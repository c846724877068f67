import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../../support/storage-account.ts";
import { newFolder, startHostProcess, stopHostProcesses } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { openTestQueues } from "../support/queues.ts";

interface Home {
  readonly functions: readonly { name: string; trigger: string; description: string; isDisabled: boolean }[];
  readonly instances: { hub: string; latest: readonly unknown[] };
  readonly queues: readonly { name: string; messages?: number; error?: string }[];
}

describe("the tools of a host", () => {
  const connection = takeStorageAccount();
  const queues = openTestQueues(connection);
  const env = { AzureWebJobsStorage: connection };
  let host: HostProcess;

  beforeAll(async () => {
    await queues.create("work-poison");
    await queues.send("work-poison", "left over");
    host = await startHostProcess({ app: "esm", env });
  });
  afterAll(stopHostProcesses);

  it("lists functions with their addresses, instances, and queues with their counts, as JSON", async () => {
    const home = (await (await fetch(host.url)).json()) as Home;
    const greeting = home.functions.find(({ name }) => name === "hello");
    expect(greeting?.description).toMatch(/http:\/\/localhost:\d+\//);
    expect(home.functions).toContainEqual(
      expect.objectContaining({ trigger: "cosmosDBTrigger", error: expect.any(String) }),
    );
    expect(home.instances).toMatchObject({ hub: "TestHubName", latest: [] });
    expect(home.queues).toContainEqual({ name: "work-poison", messages: 1 });
    expect(home.queues.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it("shows the same to a browser as HTML", async () => {
    const response = await fetch(host.url, { headers: { accept: "text/html,*/*" } });
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await response.text()).toMatch(/<td>work-poison<\/td>\s*<td>1<\/td>/);
  });

  it("says why it cannot show an instance, whatever its name", async () => {
    const response = await fetch(`${host.url}/admin/instances/none%3Cb%3E`, { headers: { accept: "text/html" } });
    expect(response.status).toBe(404);
    expect(await response.text()).toMatch(/<h1>none&lt;b&gt;<\/h1>\s*<p>This app has no task hub<\/p>/);
  });

  it("answers 204 when the home page is switched off", async () => {
    const quiet = await startHostProcess({ app: "esm", env: { ...env, AzureWebJobsDisableHomepage: "true" } });
    expect((await fetch(quiet.url)).status).toBe(204);
  });

  it("shows nothing without the master key when keys are on", async () => {
    const stateFolder = newFolder();
    const guarded = await startHostProcess({ app: "esm", env, stateFolder, args: ["--enable-auth"] });
    expect(await (await fetch(guarded.url)).text()).toBe("Your Functions app is up and running.");
    expect((await fetch(`${guarded.url}/admin/instances/x`)).status).toBe(401);
    const { master } = JSON.parse(readFileSync(join(stateFolder, "keys.json"), "utf8")) as { master: string };
    expect(await (await fetch(`${guarded.url}/?code=${master}`)).json()).toHaveProperty("functions");
  });
});
