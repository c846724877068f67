import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  findClaim,
  isHeldBy,
  readClaim,
  releaseClaim,
  renewClaim,
  takeClaim,
} from "../../../../local/host/ownership/claim-files.ts";
import type { ClaimFile } from "../../../../local/host/ownership/claim-files.ts";
import { describeSelf } from "../../../../local/host/ownership/claim-holder.ts";

const holder = (instanceId: string) => describeSelf({ instanceId, url: "http://127.0.0.1:1", leaseMs: 1000 });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claims-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("takeClaim()", () => {
  it("lets exactly one of three win, three hundred times", async () => {
    const rivals = ["a", "b", "c"].map(holder);
    let previous: ClaimFile | undefined;
    for (let round = 1; round <= 300; round += 1) {
      const claims = await Promise.all(rivals.map((rival) => takeClaim(folder, previous, rival)));
      const won = claims.filter((claim) => claim !== undefined);
      expect(won).toHaveLength(1);
      expect(won[0]?.epoch).toBe(round);
      [previous] = won;
      expect(readdirSync(folder)).toHaveLength(1);
    }
  });

  it("gives no number to two processes that race for hundreds of them", async () => {
    const racer = new URL("children/racer.js", import.meta.url);
    const racers = ["a", "b", "c"].map((name) => fork(racer, [folder, name, "150"], { execArgv: [] }));
    await Promise.all(racers.map((child) => once(child, "message")));
    const wins = racers.map(async (child) => {
      const told = once(child, "message");
      child.send("go");
      return (await told)[0] as number[];
    });
    const epochs = (await Promise.all(wins)).flat();
    expect(epochs).toHaveLength(450);
    expect(new Set(epochs).size).toBe(epochs.length);
    expect((await findClaim(folder))?.epoch).toBe(Math.max(...epochs));
  });

  it("refuses a latecomer for whom the world has moved on", async () => {
    const first = await takeClaim(folder, undefined, holder("a"));
    const second = await takeClaim(folder, first, holder("b"));
    const third = await takeClaim(folder, second, holder("c"));
    expect(await takeClaim(folder, first, holder("late"))).toBeUndefined();
    expect((await findClaim(folder))?.epoch).toBe(third?.epoch);
  });

  it("goes on after a host that crashed before it had removed the older claims", async () => {
    const first = await takeClaim(folder, undefined, holder("a"));
    writeFileSync(join(folder, "claim-000000000002.json"), JSON.stringify(holder("b")));
    expect(first && isHeldBy(first, folder, holder("a"))).toBe(false);
    expect((await takeClaim(folder, await findClaim(folder), holder("c")))?.epoch).toBe(3);
    expect(readdirSync(folder)).toEqual(["claim-000000000003.json"]);
  });
});

describe("isHeldBy()", () => {
  it("is false for a host whose number was given anew in an emptied folder", async () => {
    const claim = await takeClaim(folder, undefined, holder("a"));
    if (!claim) throw new Error("Nobody else is there");
    expect(isHeldBy(claim, folder, holder("a"))).toBe(true);
    rmSync(folder, { recursive: true });
    expect(isHeldBy(claim, folder, holder("a"))).toBe(false);
    await takeClaim(folder, await findClaim(folder), holder("b"));
    expect(isHeldBy(claim, folder, holder("a"))).toBe(false);
  });
});

describe("releaseClaim()", () => {
  it("marks the claim, and does not bring back one that a successor has removed", async () => {
    const first = await takeClaim(folder, undefined, holder("a"));
    if (!first) throw new Error("Nobody else is there");
    await releaseClaim(first, holder("a"));
    expect((await readClaim(first))?.holder?.isReleased).toBe(true);
    await takeClaim(folder, first, holder("b"));
    await releaseClaim(first, holder("a"));
    await renewClaim(first);
    expect(readdirSync(folder)).toEqual(["claim-000000000002.json"]);
  });
});

describe("readClaim()", () => {
  it("knows no holder of a file that a loss of power has left empty or cut", async () => {
    for (const text of ["", '{"instanceId":"a","pi', "[]", "{}"]) {
      const path = join(folder, "claim-000000000001.json");
      writeFileSync(path, text);
      expect(await readClaim({ epoch: 1, path })).toMatchObject({ holder: undefined });
    }
  });
});
