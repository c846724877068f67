import { availableParallelism } from "node:os";
import type { Section } from "../../config/host-json.ts";
import type { QueueOptions } from "../../queues/queue-options.ts";

const LARGEST_BATCH = 32;

/**
 * `extensions.blobs` of host.json with the defaults of the storage blobs extension 5.x, as options of the queue that hands
 * the blobs over: `maxDegreeOfParallelism` blobs at once at most, `poisonBlobThreshold` tries for each.
 */
export function readBlobOptions(section: Section): QueueOptions {
  const parallelism = section.integer("maxDegreeOfParallelism", { min: 1 }) ?? 8 * availableParallelism();
  const batchSize = Math.min(LARGEST_BATCH, Math.floor(parallelism / 2) + 1);
  return {
    batchSize,
    newBatchThreshold: Math.max(parallelism - batchSize, 0),
    maxDequeueCount: section.integer("poisonBlobThreshold", { min: 1 }) ?? 5,
    visibilityTimeoutMs: 0,
    maxPollingIntervalMs: 60_000,
    messageEncoding: "base64",
  };
}
