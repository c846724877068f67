import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { newFolder, startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";
import { orchestrationsOf } from "./support/orchestrations.ts";

afterAll(stopHostProcesses);

describe("a host that was killed", () => {
  it("repeats the activity that was running, and nothing that had ended", async () => {
    const stateFolder = newFolder();
    const [log, gate] = [join(stateFolder, "log"), join(stateFolder, "gate")];
    const first = await startHostProcess({ app: "durable", stateFolder });
    const id = await orchestrationsOf(first.url).start("slowStep", { log, gate });
    await until(() => runs(log) === 1, "the slow activity to begin");
    await first.stop();

    const second = await startHostProcess({ app: "durable", stateFolder });
    await until(() => runs(log) === 2, "the slow activity to begin again");
    writeFileSync(gate, "");
    const ended = await orchestrationsOf(second.url).end(id);
    expect(ended).toMatchObject({ runtimeStatus: "Completed", output: { before: 2, slow: "slept", after: 11 } });
    expect(runs(log)).toBe(2);
    const done = ended.historyEvents?.filter(({ EventType }) => EventType === "TaskCompleted");
    expect(done?.map(({ FunctionName }) => FunctionName)).toEqual(["addOne", "slow", "addOne"]);
  });

  it("arms its timers and keeps its entities and waiting orchestrations", async () => {
    const stateFolder = newFolder();
    const first = await startHostProcess({ app: "durable", stateFolder });
    const before = orchestrationsOf(first.url);
    const timer = await before.start("timeout", { delayMs: 400 });
    const waiting = await before.start("waits");
    await before.raise(waiting, "go", 1);
    await before.signal("Counter/kept", "add", 5);
    await until(async () => (await before.entityState("Counter/kept")) === 5, "the counter to be 5");
    await before.becomes(timer, "Running");
    await first.stop();

    const after = orchestrationsOf((await startHostProcess({ app: "durable", stateFolder })).url);
    expect((await after.end(timer)).output).toBe("timer");
    await after.raise(waiting, "go", 2);
    expect((await after.end(waiting)).output).toEqual([1, 2]);
    expect(await after.entityState("Counter/kept")).toBe(5);
  });
});

describe("a host that is killed again and again", () => {
  it("ends every orchestration right, and does each operation of an entity once", async () => {
    const stateFolder = newFolder();
    const ids: string[] = [];
    for (let round = 0; round < 4; round++) {
      const host = await startHostProcess({ app: "durable", stateFolder });
      const app = orchestrationsOf(host.url);
      const numbers = Array.from({ length: 10 }, (_, index) => 10 * round + index);
      ids.push(...(await Promise.all(numbers.map((number) => app.start("everything", { number })))));
      // In the middle of something else each time: after as many operations of the entity as come to this round.
      await until(
        async () => Number(await app.entityState("Counter/shared")) > 7 * round,
        "some operations to be done",
      );
      await host.stop();
    }
    const app = orchestrationsOf((await startHostProcess({ app: "durable", stateFolder })).url);
    for (const [number, id] of ids.entries())
      expect(await app.end(id)).toMatchObject({ runtimeStatus: "Completed", output: [2 * number, 2, 2, 4, 6] });
    expect(await app.entityState("Counter/shared")).toBe(ids.length);
  });
});

describe("a host that is stopped", () => {
  it("lets a running activity end and keeps its result", async () => {
    const stateFolder = newFolder();
    const [log, gate] = [join(stateFolder, "log"), join(stateFolder, "gate")];
    const first = await startHostProcess({ app: "durable", stateFolder });
    const id = await orchestrationsOf(first.url).start("slowStep", { log, gate });
    await until(() => runs(log) === 1, "the slow activity to begin");
    first.child.kill("SIGTERM");
    await until(async () => !(await isServing(first.url)), "the host to take no more requests");
    writeFileSync(gate, "");
    expect(await first.exited).toBe(0);

    const second = await startHostProcess({ app: "durable", stateFolder });
    expect((await orchestrationsOf(second.url).end(id)).output).toEqual({ before: 2, slow: "slept", after: 11 });
    expect(runs(log)).toBe(1);
  });
});

function runs(log: string): number {
  try {
    return readFileSync(log, "utf8").split("\n").length - 1;
  } catch {
    return 0; // not begun
  }
}

async function isServing(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
}
