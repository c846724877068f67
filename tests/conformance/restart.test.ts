import { randomUUID } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { until } from "../local/host/support/until.ts";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";

/** A host that runs already is not ours to kill: there, these cases only show that what they do is possible. */
describe.each(moduleSystems)("after the host was killed (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);
  const orchestrations = orchestrationsOf(host);

  it("work of many steps goes on from where it was (R-057, R-120)", async () => {
    const work = await orchestrations.start("longWork", 20);
    const stepsDone = (status: { customStatus: unknown }) =>
      (status.customStatus as { done: number } | null)?.done ?? 0;
    await orchestrations.waitFor(work, (status) => stepsDone(status) >= 5, "a quarter of the work");
    await host.restart();
    const { output } = await orchestrations.ended(work);
    const { results, here } = output as { results: number[]; here: number[] };
    expect(results).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    if (moduleSystem !== "running") expect(here[0]).toBeGreaterThan(5);
  });

  it("timers fire, events arrive, entities and locks are as they were", async () => {
    const key = randomUUID();
    const timer = await orchestrations.start("openTimer");
    const waiting = await orchestrations.start("collectEvents", { names: ["A", "B"] });
    await orchestrations.raise(waiting, "A", "before");
    await orchestrations.outputOf("useCounter", key);
    await until(async () => (await orchestrations.history(waiting)).includes("EventRaised"), "the first event");
    await host.restart();
    await orchestrations.raise(waiting, "B", "after");
    expect(await orchestrations.ended(waiting)).toMatchObject({ output: ["before", "after"] });
    expect(await orchestrations.ended(timer)).toMatchObject({ output: "returned early" });
    expect(await orchestrations.client("readEntityState", { name: "Counter", key })).toMatchObject({ entityState: 7 });
    expect(await orchestrations.outputOf("lockThenWork", [key])).toMatchObject({ echoed: "mine" });
  });
});
