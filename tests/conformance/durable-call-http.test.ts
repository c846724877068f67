import { randomUUID } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";

describe.each(moduleSystems)("callHttp (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);
  const { outputOf, run } = orchestrationsOf(host);

  it("gives status and content, also of what is no success", async () => {
    const output = await outputOf("callHttp", { method: "GET", url: `${host.url}/api/teapot` });
    expect(output).toMatchObject({ status: 418, content: "short and stout" });
  });

  it("sends method, headers and a body", async () => {
    const output = await outputOf("callHttp", {
      method: "POST",
      url: `${host.url}/api/bodies/read/json`,
      body: { a: [1] },
      headers: { "content-type": "application/json" },
    });
    expect(output).toMatchObject({ status: 200, content: '{"read":{"a":[1]}}' });
  });

  it("follows a 202 to its location until it is done, with the same headers", async () => {
    const url = `${host.url}/api/jobs/${randomUUID()}`;
    const output = await outputOf("callHttp", { method: "POST", url, headers: { "x-secret": "s" }, body: "{}" });
    const { status, content } = output as { status: number; content: string };
    expect(status).toBe(200);
    expect(JSON.parse(content)).toEqual({ polls: 3, lastMethod: "GET", secret: "s" });
  });

  it("leaves a 202 to the app when told to", async () => {
    const url = `${host.url}/api/jobs/${randomUUID()}`;
    const output = await outputOf("callHttp", { method: "GET", url, enablePolling: false });
    expect(output).toMatchObject({ status: 202, content: "patience" });
  });

  it("fails the instance when nobody answers", async () => {
    const { runtimeStatus } = await run("callHttp", { method: "GET", url: "http://127.0.0.1:9/" });
    expect(runtimeStatus).toBe("Failed");
  });
});
