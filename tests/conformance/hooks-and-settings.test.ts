import { describe, expect, it } from "@jest/globals";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";

describe.each(moduleSystems)("hooks and settings (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);

  it("hooks run at the start, wrap the handler before and change the answer after; those of the log see each entry", async () => {
    const answer = await host.api("hooked");
    expect(answer.status).toBe(203);
    expect(answer.headers.get("x-wrapped")).toBe("yes");
    expect(await answer.json()).toEqual({
      starts: 1,
      startedBeforeInvocations: true,
      levels: ["trace", "debug", "information", "warning", "error"],
    });
  });

  it("hooks make an answer of an error", async () => {
    const answer = await host.api("hooked?throw");
    expect([answer.status, await answer.text()]).toEqual([409, "the hook made an answer of the error"]);
  });

  it("settings come from local.settings.json", async () => {
    expect(await (await host.api("greeting")).json()).toEqual({
      greeting: "hello from local.settings.json",
      runtime: "node",
    });
  });

  it("settings switch a function off: it is not there", async () => {
    expect((await host.api("switchedOff")).status).toBe(404);
  });

  it("the host tells of itself and of its functions", async () => {
    expect((await fetch(`${host.url}/admin/host/status`)).status).toBe(200);
    const functions = (await (await fetch(`${host.url}/admin/functions`)).json()) as { name: string }[];
    expect(functions.map(({ name }) => name)).toEqual(expect.arrayContaining(["hello", "chaining", "Counter"]));
  });
});
