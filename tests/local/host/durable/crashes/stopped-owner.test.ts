import { afterAll, describe, expect, it } from "@jest/globals";
import { stopHostProcesses } from "../../support/host-process.ts";
import { until } from "../../support/until.ts";
import { createCrashApp, getStatus, startInstance, waitForEnd } from "./crash-app.ts";

describe("two hosts on one state folder", () => {
  afterAll(stopHostProcesses);

  it("hands the hub over when its owner is killed", async () => {
    const app = createCrashApp();
    const owner = await app.start();
    const other = await app.start();
    await startInstance(other, { name: "slowChain", id: "s" }); // forwarded to the owner
    await until(() => app.effects().length > 0, "the first step");
    expect(app.effects()[0]?.pid).toBe(owner.child.pid);
    await owner.stop();
    expect((await waitForEnd(other, "s")).output).toBe(10);
    expect(app.effects().at(-1)?.pid).toBe(other.child.pid);
  });

  it("lets an owner that was stopped and overtaken do nothing more", async () => {
    const app = createCrashApp();
    const owner = await app.start();
    const other = await app.start();
    await startInstance(owner, { name: "slowChain", id: "s" });
    await until(() => app.effects().some(({ what }) => what === "begin"), "the first step");
    process.kill(owner.child.pid ?? 0, "SIGSTOP");
    const ofOther = () => app.effects().filter(({ pid }) => pid === other.child.pid);
    await until(() => ofOther().length > 0, "the other host to take over");
    const before = app.effects().length;
    process.kill(owner.child.pid ?? 0, "SIGCONT");
    expect((await waitForEnd(other, "s")).output).toBe(10);
    // It may finish the step whose code was running when it was stopped; it begins none.
    const later = app.effects().slice(before);
    expect(later.filter(({ pid, what }) => pid === owner.child.pid && what === "begin")).toEqual([]);
    // And it sees the hub as its new owner does.
    await until(async () => (await getStatus(owner, "s"))?.runtimeStatus === "Completed", "the old owner to follow");
    await owner.printed(/Host lock lease lost by instance ID/);
  });
});
