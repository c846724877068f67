import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { takeStorageAccount } from "../../../../support/storage-account.ts";
import { newFolder, startHostProcess, stopHostProcesses } from "../../support/host-process.ts";
import type { HostProcess } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";

const FIRED = /Executing 'Functions\.everySecond' \(Reason='Timer fired at ([^.']*)/g;

/** The seconds in which a host fired, in order. */
const firings = (host: HostProcess) => [...host.output().matchAll(FIRED)].map(([, second = ""]) => second);

describe("timers of several hosts", () => {
  const stateFolder = newFolder();
  const env = { AzureWebJobsStorage: takeStorageAccount() };
  const start = () => startHostProcess({ app: "commonjs", stateFolder, env, args: ["--owner-lease", "00:00:02"] });
  afterAll(stopHostProcesses);

  it("fire in one of them, move when that one dies, and catch up what was missed in between", async () => {
    const [first, second] = [await start(), await start()];
    await until(() => firings(first).length >= 3, "the first host to fire");
    expect(firings(second)).toEqual([]);
    first.child.kill("SIGKILL");
    // The same schedule seen last in an earlier year: its next occurrence was missed.
    const status = { Last: null, Next: new Date(2021, 0, 1), LastUpdated: new Date(2020, 5, 1) };
    mkdirSync(join(stateFolder, "timers"), { recursive: true });
    writeFileSync(join(stateFolder, "timers", "atStart.json"), JSON.stringify(status));
    await second.printed(/Host lock lease acquired by instance ID '[0-9A-F]{32}'\./);
    await second.printed(/Function 'atStart' is past due on startup\. Executing now\./);
    await until(() => firings(second).length >= 2, "the second host to fire");
    const all = [...firings(first), ...firings(second)];
    expect(new Set(all).size).toBe(all.length);
  });

  it("go to the next host at once when theirs stops, and come back to nobody who was stopped", async () => {
    const folder = newFolder();
    const args = ["--owner-lease", "00:00:01"];
    const begin = () => startHostProcess({ app: "commonjs", stateFolder: folder, env, args });
    const [first, second] = [await begin(), await begin()];
    await until(() => firings(first).length >= 1, "the first host to fire");
    first.child.kill("SIGSTOP");
    await until(() => firings(second).length >= 2, "the second host to fire");
    const before = firings(first).length;
    first.child.kill("SIGCONT");
    await first.printed(/Host lock lease lost by instance ID/);
    await until(() => firings(second).length >= 4, "two more");
    expect(firings(first)).toHaveLength(before);
    second.child.kill("SIGTERM");
    expect(await second.exited).toBe(0);
    await until(() => firings(first).length > before, "the first host to fire again");
    const all = [...firings(first), ...firings(second)];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("an app without timers", () => {
  afterAll(stopHostProcesses);

  it("starts although its state folder cannot be used, with a warning", async () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    const host = await startHostProcess({ app: "streaming", stateFolder: file });
    await host.printed(/\[Warning\] The state folder ".*" cannot be used, and is not needed yet/);
    expect((await fetch(`${host.url}/api/nothing`)).status).toBe(204);
  });
});
