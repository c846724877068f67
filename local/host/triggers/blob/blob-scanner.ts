import type { BlobLocation, BlobSignals } from "../../blobs/blob-signals.ts";
import type { Claim, Owned } from "../../ownership/ownership.ts";
import { createAlarm } from "../../time/alarm.ts";
import type { WatchedContainer } from "./watched-container.ts";

/** The WebJobs SDK's pause between two scans. */
export const SCAN_INTERVAL_MS = 10_000;

export interface ScannerParts {
  readonly containers: () => Iterable<WatchedContainer>;
  readonly signals: BlobSignals;
  readonly intervalMs: number;
}

/**
 * Looks for new and changed blobs, every ten seconds and at once where this host has written one. Only the owner scans; two
 * that overlap do no harm, because receipts let each version of a blob through once. May be started again after it was
 * stopped.
 */
export function createBlobScanner(parts: ScannerParts): Owned {
  let scan: Scan | undefined;
  return {
    async start(claim) {
      scan ??= beginScan(parts, claim);
    },
    async stop() {
      await scan?.stop();
      scan = undefined;
    },
  };
}

interface Scan {
  stop(): Promise<void>;
}

function beginScan({ containers, signals, intervalMs }: ScannerParts, claim: Claim): Scan {
  const alarm = createAlarm();
  const written: BlobLocation[] = [];
  let stopped = false;
  const mayGoOn = () => !stopped;
  const unlisten = signals.listen((blob) => {
    written.push(blob);
    alarm.ring();
  });

  async function lookAtWritten(): Promise<void> {
    for (const { containerUrl, name } of written.splice(0))
      for (const container of containers()) if (container.url === containerUrl) await container.look(name);
  }

  /** Between two sweeps only what this host has written is looked at. */
  async function loop(): Promise<void> {
    let nextSweepAt = 0;
    while (mayGoOn()) {
      const isOwner = await claim.isHeld().catch(() => false); // who cannot be sure must not act
      if (isOwner) await lookAtWritten();
      else written.length = 0; // the owner finds them at its next sweep
      if (performance.now() >= nextSweepAt) {
        if (isOwner) for (const container of containers()) await container.sweep(mayGoOn);
        nextSweepAt = performance.now() + intervalMs;
      }
      if (mayGoOn()) await alarm.sleep(Math.max(nextSweepAt - performance.now(), 1));
    }
  }

  const running = loop();
  return {
    async stop() {
      stopped = true;
      unlisten();
      alarm.ring();
      await running;
    },
  };
}
