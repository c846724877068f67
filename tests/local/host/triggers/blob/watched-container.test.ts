import { describe, expect, it } from "@jest/globals";
import type { LogEntry } from "../../../../../local/host/logging/log.ts";
import { createLog } from "../../../../../local/host/logging/log.ts";
import { createBlobReceipts } from "../../../../../local/host/triggers/blob/blob-receipts.ts";
import { parsePathPattern } from "../../../../../local/host/triggers/blob/path-pattern.ts";
import { createScanInfo } from "../../../../../local/host/triggers/blob/scan-info.ts";
import { createWatchedContainer } from "../../../../../local/host/triggers/blob/watched-container.ts";
import { createHooks } from "../../../../../local/host/worker/hooks.ts";
import { takeStorageAccount } from "../../../../support/storage-account.ts";
import { openTestBlobs } from "../../support/blobs.ts";

const always = () => true;

describe("createWatchedContainer()", () => {
  const blobs = openTestBlobs(takeStorageAccount());
  const { service } = blobs;

  /** What one host sees of a container; another one with the same id sees the same receipts. */
  function watch(containerName: string, patterns: readonly string[], hostId = containerName) {
    const sent: string[] = [];
    const entries: LogEntry[] = [];
    const log = createLog({ filter: always, sink: (entry) => entries.push(entry), hooks: createHooks() });
    const state = { isQueueDown: false };
    const container = createWatchedContainer(service.getContainerClient(containerName), {
      receipts: createBlobReceipts(service, hostId),
      scanInfo: createScanInfo(service, hostId),
      log,
      send: async ({ functionId, blobName }) => {
        if (state.isQueueDown) throw new Error("the queue is down");
        sent.push(`${functionId}:${blobName}`);
      },
    });
    patterns.forEach((path, index) => {
      container.add({ functionName: `f${index}`, pattern: parsePathPattern(path) });
    });
    return { container, sent, entries, state };
  }

  it("waits for a container that is missing, then hands each matching blob to each function once", async () => {
    const { container, sent, entries } = watch("twice", ["twice/{name}.txt", "twice/a{rest}"]);
    await container.sweep(always);
    await blobs.write("twice/a.txt", "1");
    await blobs.write("twice/b.txt", "1");
    await blobs.write("twice/c.bin", "1");
    await container.sweep(always);
    await container.sweep(always);
    expect(sent.sort()).toEqual(["Host.Functions.f0:a.txt", "Host.Functions.f0:b.txt", "Host.Functions.f1:a.txt"]);
    expect(entries).toEqual([]);
  });

  it("hands a blob over again when it has changed, and not after a restart", async () => {
    const first = watch("changes", ["changes/{name}"]);
    await blobs.write("changes/a", "1");
    await first.container.sweep(always);
    await blobs.write("changes/a", "2");
    await first.container.sweep(always);
    expect(first.sent).toHaveLength(2);
    const restarted = watch("changes", ["changes/{name}"]);
    await restarted.container.sweep(always);
    expect(restarted.sent).toEqual([]);
  });

  it("tries again what could not be handed over, also after a restart", async () => {
    const { container, sent, entries, state } = watch("retries", ["retries/{name}"]);
    await blobs.write("retries/a", "1");
    state.isQueueDown = true;
    await container.sweep(always);
    expect(entries.map(({ message }) => message)).toEqual(["Cannot hand over blob 'retries/a': the queue is down"]);
    const restarted = watch("retries", ["retries/{name}"]);
    await restarted.container.sweep(always);
    expect(restarted.sent).toEqual(["Host.Functions.f0:a"]);
    state.isQueueDown = false;
    await container.sweep(always);
    expect(sent).toEqual([]); // the other one has done it
  });

  it("looks at one blob that is known to have changed; one that is gone is none", async () => {
    const { container, sent, entries } = watch("looks", ["looks/{name}"]);
    await blobs.write("looks/a", "1");
    await container.look("a");
    await container.look("gone");
    expect(sent).toEqual(["Host.Functions.f0:a"]);
    expect(entries).toEqual([]);
  });

  it("ends early when told so, and finds the rest at its next sweep", async () => {
    const { container, sent } = watch("early", ["early/{name}"]);
    await blobs.write("early/a", "1");
    await blobs.write("early/b", "1");
    await container.sweep(() => sent.length === 0);
    expect(sent).toEqual(["Host.Functions.f0:a"]);
    await container.sweep(always);
    expect(sent).toEqual(["Host.Functions.f0:a", "Host.Functions.f0:b"]);
  });
});
