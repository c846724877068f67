import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createLogFilter } from "../../../../local/host/logging/log-level.ts";
import { createLog } from "../../../../local/host/logging/log.ts";
import { describeSelf } from "../../../../local/host/ownership/claim-holder.ts";
import { createOwnership } from "../../../../local/host/ownership/create-ownership.ts";
import type { Ownership } from "../../../../local/host/ownership/ownership.ts";
import { createHooks } from "../../../../local/host/worker/hooks.ts";
import { until } from "../support/until.ts";

let stateFolder: string;
const cleanUp: (() => unknown)[] = [];

beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), "owner-"));
});
afterEach(async () => {
  for (const each of cleanUp.splice(0)) await each();
  rmSync(stateFolder, { recursive: true, force: true });
});

/** One host of this process, as far as owning goes. */
function aHost(name: string, { leaseMs = 300, folder = stateFolder } = {}) {
  const lines: string[] = [];
  const hooks = createHooks();
  const log = createLog({ filter: createLogFilter({}), sink: ({ message }) => lines.push(message), hooks });
  const ownership = createOwnership({ stateFolder: folder, instanceId: name, url: `http://${name}`, leaseMs, log });
  cleanUp.push(() => end(ownership));
  return { ownership, lines };
}

async function end(ownership: Ownership): Promise<void> {
  await ownership.stop();
  await ownership.release();
}

const idle = { start: async () => undefined, stop: async () => undefined };

describe("createOwnership()", () => {
  it("makes one of eight hosts the owner, of whom the others know the address", async () => {
    const hosts = Array.from({ length: 8 }, (_, index) => aHost(`h${index}`));
    await Promise.all(hosts.map(({ ownership }) => ownership.start()));
    const owners = hosts.filter(({ ownership }) => ownership.isOwner());
    expect(owners).toHaveLength(1);
    const name = owners[0]?.lines[0]?.match(/^Host lock lease acquired by instance ID '(h\d)'\.$/)?.[1];
    for (const { ownership } of hosts) expect(await ownership.owner()).toMatchObject({ url: `http://${name}` });
  });

  it("hands over at once when its owner stops, in the order stop, close, and not before what runs has ended", async () => {
    const [first, second] = [aHost("first", { leaseMs: 60_000 }), aHost("second", { leaseMs: 60_000 })];
    const events: string[] = [];
    let finish: () => void = () => undefined;
    first.ownership.add({
      start: async () => void events.push("start"),
      stop: async () => {
        events.push("stop");
        await new Promise<void>((resolve) => (finish = resolve));
        events.push("stopped");
      },
      close: async () => void events.push("close"),
    });
    await first.ownership.start();
    await second.ownership.start();
    const ended = end(first.ownership);
    await until(() => events.includes("stop"), "the stop");
    expect(second.ownership.isOwner()).toBe(false);
    finish();
    await ended;
    expect(events).toEqual(["start", "stop", "stopped", "close"]);
    expect(await first.ownership.owner()).toBeUndefined();
    await until(() => second.ownership.isOwner(), "the second host to take over");
  });

  it("keeps what it holds while it starts and stops for longer than the lease", async () => {
    const [slow, other] = [aHost("slow", { leaseMs: 150 }), aHost("other", { leaseMs: 150 })];
    const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 600));
    slow.ownership.add({ start: wait, stop: wait });
    const started = slow.ownership.start();
    await until(() => slow.ownership.isOwner(), "the slow host to win");
    await other.ownership.start();
    await started;
    expect(other.ownership.isOwner()).toBe(false);
    await slow.ownership.stop();
    expect(other.ownership.isOwner()).toBe(false);
    await slow.ownership.release();
    await until(() => other.ownership.isOwner(), "the other host to take over");
  });

  it("ends what it owned, once that has started, when it was overtaken meanwhile", async () => {
    const host = aHost("host", { leaseMs: 150 });
    const events: string[] = [];
    let finish: () => void = () => undefined;
    host.ownership.add({
      async start() {
        events.push("start");
        await new Promise<void>((resolve) => (finish = resolve));
        events.push("started");
      },
      stop: async () => void events.push("stop"),
      close: async () => void events.push("close"),
    });
    const started = host.ownership.start();
    await until(() => events.length === 1, "the start");
    const rival = describeSelf({ instanceId: "rival", url: "http://rival", leaseMs: 60_000 });
    writeFileSync(join(stateFolder, "owner", "claim-000000000002.json"), JSON.stringify(rival));
    await until(() => !host.ownership.isOwner(), "the loss");
    finish();
    await started;
    await until(() => events.length === 4, "the end");
    expect(events).toEqual(["start", "started", "stop", "close"]);
    expect(await host.ownership.owner()).toMatchObject({ url: "http://rival" });
  });

  it("gives the claim up when what it owns cannot start, and leaves it to others for a while", async () => {
    const broken = aHost("broken");
    broken.ownership.add({ ...idle, start: () => Promise.reject(new Error("no hub")) });
    await expect(broken.ownership.start()).rejects.toThrow("no hub");
    expect(broken.ownership.isOwner()).toBe(false);
    const other = aHost("other");
    await other.ownership.start();
    expect(other.ownership.isOwner()).toBe(true);
  });

  it("says so when it cannot take over, and tries again", async () => {
    const [first, second] = [aHost("first"), aHost("second")];
    let tries = 0;
    second.ownership.add({
      ...idle,
      start: () => ((tries += 1) < 3 ? Promise.reject(new Error(`no hub ${tries}`)) : Promise.resolve()),
    });
    await first.ownership.start();
    await second.ownership.start();
    await end(first.ownership);
    await until(() => tries === 3 && second.ownership.isOwner(), "the third try");
    expect(second.lines.filter((line) => line.includes("is in trouble: no hub"))).toHaveLength(2);
  });

  it("takes over from a claim that cannot be read, after the lease", async () => {
    const host = aHost("host");
    await host.ownership.start();
    await end(host.ownership);
    writeFileSync(join(stateFolder, "owner", "claim-000000000007.json"), "");
    const next = aHost("next");
    await next.ownership.start();
    expect(next.ownership.isOwner()).toBe(false);
    await until(() => next.ownership.isOwner(), "the take-over");
  });

  it("notices that its folder was deleted, ends what it owned, and begins anew", async () => {
    const host = aHost("host");
    const events: string[] = [];
    host.ownership.add({
      start: async () => void events.push("start"),
      stop: async () => void events.push("stop"),
    });
    await host.ownership.start();
    rmSync(stateFolder, { recursive: true });
    await until(() => events.length === 3, "the host to begin anew");
    expect(events).toEqual(["start", "stop", "start"]);
  });

  it("needs its folder only when there is something to own", async () => {
    const path = join(stateFolder, "file");
    writeFileSync(path, "");
    const without = aHost("without", { folder: path });
    await without.ownership.start();
    expect(without.lines).toEqual([expect.stringContaining(`The state folder "${path}" cannot be used`)]);
    const withTimers = aHost("with", { folder: path });
    withTimers.ownership.add(idle);
    await expect(withTimers.ownership.start()).rejects.toThrow(`Cannot use the state folder "${path}"`);
  });
});

interface Said {
  readonly began?: number;
  readonly acted?: number;
  readonly log?: string;
  readonly started?: boolean;
  readonly ended?: boolean;
}

/** Hosts in processes of their own, in the order in which they started. */
describe("hosts in processes of their own", () => {
  const LEASE_MS = 1200;

  async function aProcess(name: string) {
    const child = fork(new URL("children/contender.js", import.meta.url), [stateFolder, name, String(LEASE_MS)], {
      execArgv: [],
    });
    const said: Said[] = [];
    child.on("message", (message) => said.push(message as Said));
    cleanUp.push(() => child.kill("SIGKILL"));
    await until(() => said.some(({ started }) => started), `${name} to start`);
    const began = () => said.flatMap((each) => each.began ?? []);
    const acted = () => said.flatMap((each) => each.acted ?? []);
    return { child, said, began, acted };
  }

  it("take over within about a second of a SIGKILL", async () => {
    const [first, second, third] = [await aProcess("first"), await aProcess("second"), await aProcess("third")];
    expect(first.began()).toEqual([1]);
    first.child.kill("SIGKILL");
    const killedAt = performance.now();
    await until(() => second.began().length + third.began().length > 0, "a take-over");
    expect(performance.now() - killedAt).toBeLessThan(LEASE_MS);
    expect([...second.began(), ...third.began()]).toEqual([2]);
  });

  it("take over from a stopped process after the lease; continued, it acts no more and can win again", async () => {
    const [first, second] = [await aProcess("first"), await aProcess("second")];
    await until(() => first.acted().length > 2, "the first to act");
    first.child.kill("SIGSTOP");
    const stoppedAt = performance.now();
    await until(() => second.began().length > 0, "the take-over");
    expect(performance.now() - stoppedAt).toBeGreaterThan(LEASE_MS / 2);
    const before = first.acted().length;
    first.child.kill("SIGCONT");
    await until(
      () => first.said.some(({ log }) => /^Host lock lease lost by instance ID 'first'/.test(log ?? "")),
      "the loss",
    );
    expect(first.acted().slice(before)).toEqual([]);
    await until(() => first.said.some(({ ended }) => ended), "what was owned to end");
    second.child.send("stop");
    await once(second.child, "exit");
    await until(() => first.began().length === 2, "the first to win again");
    expect(first.began()).toEqual([1, 3]);
    await until(() => first.acted().includes(3), "the first to act again");
  });
});
