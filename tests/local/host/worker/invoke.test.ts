import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../../support/storage-account.ts";
import { startHostProcess, stopHostProcesses } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";

describe("hooks of a CommonJS app", () => {
  let host: HostProcess;
  const get = (path: string) => fetch(`${host.url}${path}`);

  beforeAll(async () => {
    host = await startHostProcess({ app: "commonjs", env: { AzureWebJobsStorage: takeStorageAccount() } });
  });
  afterAll(stopHostProcesses);

  it("run in order around an invocation and may replace its inputs", async () => {
    await get("/hooked");
    const { input, seen } = (await (await get("/hooked")).json()) as { input: unknown; seen: string[] };
    expect(input).toEqual({ replaced: true });
    expect(seen[0]).toBe("appStart");
    expect(seen).toContain("post hooked true");
  });

  it("may turn a failure into a result", async () => {
    const response = await get("/rescued");
    expect([response.status, await response.text()]).toEqual([299, "rescued by a hook"]);
  });

  it("may change what the app logs", async () => {
    await get("/logs");
    await host.printed(/\[Warning\] \[Function\.logs\.User\] the \[redacted\] word/);
    expect(host.output()).not.toContain("the secret word");
  });

  it("serve without a route prefix when host.json says so, also at the root", async () => {
    expect(await (await get("/")).json()).toEqual({ path: "" });
    expect(await (await get("/any/where")).json()).toEqual({ path: "any/where" });
    expect(((await (await get("/admin/host/status")).json()) as { state: string }).state).toBe("Running");
  });
});
