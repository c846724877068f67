import { describe, expect, it } from "@jest/globals";
import { createBlobSignals } from "../../../../../local/host/blobs/blob-signals.ts";
import type { Claim } from "../../../../../local/host/ownership/ownership.ts";
import { createBlobScanner } from "../../../../../local/host/triggers/blob/blob-scanner.ts";
import type { WatchedContainer } from "../../../../../local/host/triggers/blob/watched-container.ts";
import { until } from "../../support/until.ts";

const HOUR_MS = 3_600_000;

describe("createBlobScanner()", () => {
  function setUp(intervalMs: number) {
    const seen: string[] = [];
    const container: WatchedContainer = {
      url: "http://account/inbox",
      add: () => undefined,
      sweep: async () => void seen.push("sweep"),
      look: async (name) => void seen.push(name),
    };
    const signals = createBlobSignals();
    return { seen, signals, scanner: createBlobScanner({ containers: () => [container], signals, intervalMs }) };
  }
  const claimOf = (isHeld: () => Promise<boolean>): Claim => ({ epoch: 1, isHeld });
  const held = claimOf(async () => true);

  it("sweeps at once, then at every interval", async () => {
    const { seen, scanner } = setUp(20);
    await scanner.start(held);
    await until(() => seen.length >= 3, "three sweeps");
    await scanner.stop();
    expect(new Set(seen)).toEqual(new Set(["sweep"]));
  });

  it("looks at what this host writes into its containers without waiting for the next sweep", async () => {
    const { seen, signals, scanner } = setUp(HOUR_MS);
    await scanner.start(held);
    await until(() => seen.length === 1, "the first sweep");
    signals.written({ containerUrl: "http://account/other", name: "x" });
    signals.written({ containerUrl: "http://account/inbox", name: "y" });
    await until(() => seen.length === 2, "the look");
    expect(seen).toEqual(["sweep", "y"]);
    await scanner.stop();
  });

  it.each([
    ["has been lost", async () => false],
    ["cannot be read", async () => Promise.reject(new Error("the disk is gone"))],
  ])("does nothing while its claim %s", async (_what, isHeld) => {
    const { seen, scanner } = setUp(5);
    let asked = 0;
    await scanner.start(
      claimOf(async () => {
        asked += 1;
        return isHeld();
      }),
    );
    await until(() => asked >= 3, "the claim to be asked for");
    await scanner.stop();
    expect(seen).toEqual([]);
  });

  it("takes nothing new after stop(), and may be started again", async () => {
    const { seen, signals, scanner } = setUp(HOUR_MS);
    await scanner.start(held);
    await until(() => seen.length === 1, "the first sweep");
    await scanner.stop();
    signals.written({ containerUrl: "http://account/inbox", name: "late" });
    await scanner.start(held);
    await until(() => seen.length === 2, "the sweep after the second start");
    await scanner.stop();
    expect(seen).toEqual(["sweep", "sweep"]);
  });
});
