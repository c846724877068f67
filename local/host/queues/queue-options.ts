import { availableParallelism } from "node:os";
import type { Section } from "../config/host-json.ts";
import type { MessageEncoding } from "./message-encoding.ts";

/** `extensions.queues` of host.json with the defaults of the storage queue extension 5.x. */
export interface QueueOptions {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  /** How long a failed message waits for its next try. Not how long a received one stays invisible. */
  readonly visibilityTimeoutMs: number;
  readonly maxPollingIntervalMs: number;
  readonly messageEncoding: MessageEncoding;
}

const MIN_POLLING_INTERVAL_MS = 100;

/** The storage service refuses to hide a message for longer. */
const LONGEST_VISIBILITY_MS = 7 * 24 * 3_600_000;

export function readQueueOptions(section: Section): QueueOptions {
  const batchSize = section.integer("batchSize", { min: 1, max: 32 }) ?? 16;
  const pollingMs = section.timeSpanInMilliseconds("maxPollingInterval") ?? 60_000;
  if (pollingMs < MIN_POLLING_INTERVAL_MS)
    throw new Error(`extensions.queues.maxPollingInterval must be at least 100 milliseconds, found ${pollingMs}`);
  return {
    batchSize,
    newBatchThreshold:
      section.integer("newBatchThreshold", { min: 0 }) ?? Math.floor(batchSize / 2) * availableParallelism(),
    maxDequeueCount: section.integer("maxDequeueCount", { min: 1 }) ?? 5,
    visibilityTimeoutMs: readVisibilityTimeout(section.timeSpanInMilliseconds("visibilityTimeout") ?? 0),
    maxPollingIntervalMs: pollingMs,
    messageEncoding: readEncoding(section.text("messageEncoding") ?? "base64"),
  };
}

function readVisibilityTimeout(milliseconds: number): number {
  if (milliseconds >= 0 && milliseconds <= LONGEST_VISIBILITY_MS) return milliseconds;
  throw new Error(
    `extensions.queues.visibilityTimeout must be from 00:00:00 to 7.00:00:00, found ${milliseconds} milliseconds`,
  );
}

function readEncoding(text: string): MessageEncoding {
  const encoding = text.toLowerCase();
  if (encoding === "base64" || encoding === "none") return encoding;
  throw new Error(`extensions.queues.messageEncoding must be "base64" or "none", found "${text}"`);
}
