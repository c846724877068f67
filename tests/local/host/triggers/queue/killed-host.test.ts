import { afterAll, describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../../../support/storage-account.ts";
import { createCrashApp } from "../../durable/crashes/crash-app.ts";
import { stopHostProcesses } from "../../support/host-process.ts";
import { openTestQueues } from "../../support/queues.ts";
import { until } from "../../support/until.ts";

describe("a queue message in flight when its host is killed", () => {
  afterAll(stopHostProcesses);

  it("comes back after its visibility with the right count, and is poison at the limit", async () => {
    const connection = takeStorageAccount();
    const queues = openTestQueues(connection);
    await queues.create("crash-work");
    await queues.send("crash-work", "hang");
    const app = createCrashApp({ AzureWebJobsStorage: connection });
    for (const dequeueCount of [1, 2, 3]) {
      const host = await app.start();
      const seen = { pid: host.child.pid, what: "hang", value: dequeueCount };
      await until(() => app.effects().some((effect) => isSame(effect, seen)), `delivery ${dequeueCount}`);
      await host.stop();
    }
    // Three hosts have died over it, and none could say so: the fourth finds it counted beyond the limit and does not run it.
    await app.start();
    expect(await queues.take("crash-work-poison")).toBe("hang");
    expect(app.effects()).toHaveLength(3);
    await until(async () => (await queues.count("crash-work")) === 0, "the message to be gone");
  });

  it("is not lost when a host dies between others that work", async () => {
    const connection = takeStorageAccount();
    const queues = openTestQueues(connection);
    await queues.create("crash-work");
    const app = createCrashApp({ AzureWebJobsStorage: connection });
    const hosts = await Promise.all([app.start(), app.start()]);
    const names = Array.from({ length: 40 }, (_, n) => `job ${n}`);
    await Promise.all(names.map((name) => queues.send("crash-work", name)));
    await until(() => app.effects().length > 5, "some of them to be done");
    await hosts[0].stop();
    await until(() => new Set(app.effects().map(({ what }) => what)).size === names.length, "all of them to be done");
  });
});

function isSame(one: object, other: object): boolean {
  return Object.entries(other).every(([key, value]) => (one as Record<string, unknown>)[key] === value);
}
