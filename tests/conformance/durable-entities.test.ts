import { randomUUID } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { until } from "../local/host/support/until.ts";
import { useConformanceHost } from "./support/conformance-host.ts";
import { moduleSystems } from "./support/module-systems.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";

interface EntityState {
  readonly entityExists: boolean;
  readonly entityState?: number;
}

describe.each(moduleSystems)("entities (%s)", (moduleSystem) => {
  const host = useConformanceHost(moduleSystem);
  const orchestrations = orchestrationsOf(host);
  const read = async (key: string) => orchestrations.client<EntityState>("readEntityState", { name: "Counter", key });
  const signal = async (key: string, operation: string, data?: unknown) =>
    orchestrations.client("signalEntity", { name: "Counter", key, operation, data });
  const waitForValue = async (key: string, value: number) =>
    until(async () => (await read(key)).entityState === value, `the value ${value} of ${key}`);

  it("are signalled and read by clients", async () => {
    const key = randomUUID();
    expect(await read(key)).toEqual({ entityExists: false });
    await signal(key, "add", 3);
    await signal(key, "add", 4);
    await waitForValue(key, 7);
    expect(await read(key)).toEqual({ entityExists: true, entityState: 7 });
  });

  it("are called and signalled by orchestrations, in order", async () => {
    const key = randomUUID();
    expect(await orchestrations.outputOf("useCounter", key)).toEqual({
      described: { name: expect.stringMatching(/^counter$/i), key, isNew: true },
      added: 7,
      value: 7,
    });
  });

  it("signal one another", async () => {
    const [from, to] = [randomUUID(), randomUUID()];
    await signal(from, "add", 5);
    await signal(from, "tellOther", to);
    await waitForValue(to, 5);
  });

  it("end when they say so, and begin anew", async () => {
    const key = randomUUID();
    await signal(key, "add", 5);
    await waitForValue(key, 5);
    await signal(key, "delete");
    await until(async () => !(await read(key)).entityExists, "the end of the entity");
    await signal(key, "add", 1);
    await waitForValue(key, 1);
  });

  it("take one message at a time, however many come at once (R-063)", async () => {
    const key = randomUUID();
    await Promise.all(Array.from({ length: 40 }, async () => signal(key, "add", 1)));
    await waitForValue(key, 40);
  });

  it("that fail keep running", async () => {
    const key = randomUUID();
    await signal(key, "add", 2);
    await signal(key, "throw");
    await signal(key, "add", 2);
    await waitForValue(key, 4);
  });

  describe("critical sections", () => {
    it("let one orchestration at a time have both entities: nothing is lost or counted twice", async () => {
      const [from, to] = [randomUUID(), randomUUID()];
      await signal(from, "add", 20);
      await waitForValue(from, 20);
      const transfer = { from, to, amount: 5 };
      const outputs = await Promise.all(
        Array.from({ length: 6 }, async () => orchestrations.outputOf("transfer", transfer)),
      );
      const moved = outputs as { moved: number; balance: number; held: number }[];
      expect(moved.map(({ balance }) => balance).sort((a, b) => b - a)).toEqual([20, 15, 10, 5, 0, 0]);
      expect(moved.every(({ held }) => held === 2)).toBe(true);
      await waitForValue(to, 20);
      await waitForValue(from, 0);
    });

    it("are free of deadlocks, whichever order the entities are named in", async () => {
      const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()];
      const orders = [[a, b, c], [c, b, a], [b, a], [c, a], [a]];
      const outputs = await Promise.all(orders.map(async (keys) => orchestrations.outputOf("lockThenWork", keys)));
      for (const output of outputs) expect(output).toEqual({ during: true, after: false, echoed: "mine" });
    });

    it("refuse what could lock for ever", async () => {
      expect(await orchestrations.outputOf("lockRules")).toEqual([
        expect.stringContaining("Cannot acquire more locks"),
        expect.stringContaining("Cannot invoke sub-orchestrations"),
        expect.stringContaining("Cannot call an entity"),
        expect.stringContaining("Cannot signal an entity"),
      ]);
    });
  });
});
