import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { describeSelf } from "../../../../local/host/ownership/claim-holder.ts";
import { watchHolder } from "../../../../local/host/ownership/watch-holder.ts";
import { until } from "../support/until.ts";

const folder = mkdtempSync(join(tmpdir(), "watch-"));
const claim = { epoch: 1, path: join(folder, "claim-000000000001.json") };
const self = describeSelf({ instanceId: "a", url: "http://127.0.0.1:1", leaseMs: 200 });
const write = (content: unknown) => {
  writeFileSync(claim.path, typeof content === "string" ? content : JSON.stringify(content));
};
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function aDeadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["--version"]);
  await once(child, "exit");
  return child.pid ?? 0;
}

describe("watchHolder()", () => {
  it("calls a claim abandoned at once when it was released or its process is gone", async () => {
    const watch = watchHolder(200);
    write({ ...self, isReleased: true });
    expect(await watch.isAbandoned(claim)).toBe(true);
    write({ ...self, pid: await aDeadProcess() });
    expect(await watch.isAbandoned(claim)).toBe(true);
    write({ ...self, processToken: "of an earlier process with our number" });
    expect(await watch.isAbandoned(claim)).toBe(true);
  });

  it("waits for the lease of a process that lives, or of which it knows nothing", async () => {
    const gone = await aDeadProcess();
    for (const content of [self, { ...self, machine: "another", pid: gone }, ""]) {
      write(content);
      const watch = watchHolder(200);
      const startedAt = performance.now();
      expect(await watch.isAbandoned(claim)).toBe(false);
      await until(() => watch.isAbandoned(claim), "the lease to end");
      expect(performance.now() - startedAt).toBeGreaterThan(199);
    }
  });

  it("begins to wait anew when the claim was renewed, wherever clocks have jumped to", async () => {
    write(self);
    const watch = watchHolder(200);
    let renewals = 0;
    for (let round = 0; round < 15; round += 1) {
      utimesSync(claim.path, new Date(2001, round), new Date(2001, round)); // a clock that is decades behind
      expect(await watch.isAbandoned(claim)).toBe(false);
      await until(async () => (renewals += 1) % 2 === 0, "some time");
    }
  });

  it("does not count the time in which it was stopped itself", async () => {
    write(self);
    const watch = watchHolder(200);
    expect(await watch.isAbandoned(claim)).toBe(false);
    const end = performance.now() + 400;
    while (performance.now() < end); // as long as the whole machine slept
    expect(await watch.isAbandoned(claim)).toBe(false);
  });

  it("knows nothing of a claim that a successor has removed", async () => {
    rmSync(claim.path);
    expect(await watchHolder(200).isAbandoned(claim)).toBe(false);
  });
});
