import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import { storageProblem } from "../../config/storage-problem.ts";
import { messageOf } from "../../logging/describe-error.ts";
import type { Log } from "../../logging/log.ts";
import type { QueueOptions } from "../../queues/queue-options.ts";
import { createAlarm } from "../../time/alarm.ts";
import { unlessGone } from "./is-gone.ts";
import { createPollingDelay } from "./polling-delay.ts";

export interface QueueListener {
  start(): void;
  /** Polls now instead of at the end of its sleep. */
  readonly wake: () => void;
  /** Receives no more and gives back what arrives all the same; resolves when every begun message has come to its end. */
  stop(): Promise<void>;
}

export interface ListenerParts {
  readonly queue: QueueClient;
  readonly options: QueueOptions;
  readonly visibilityMs: number;
  readonly log: Log;
  readonly process: (message: DequeuedMessageItem) => Promise<void>;
}

/** What a listener that stops leaves to its last poll: cut off, it might have received messages that nobody then runs. */
const LAST_POLL_MS = 500;

/**
 * Polls one queue for one function. All messages of a batch run at once, and the next batch is received as soon as no more
 * than `newBatchThreshold` still run. A missing queue is waited for, not created.
 */
export function createQueueListener(parts: ListenerParts): QueueListener {
  const { options } = parts;
  const alarm = createAlarm();
  const delay = createPollingDelay(options.maxPollingIntervalMs);
  const polling = new AbortController();
  const receive = createReceiver(parts, polling.signal);
  const running = new Set<Promise<void>>();
  let stopped = false;
  const isStopping = () => stopped;
  let loop: Promise<void> | undefined;
  let onEnd = (): void => undefined;

  /** Not Promise.race(), which would leave a callback behind on a long-running message for every short one. */
  const oneEnds = () =>
    new Promise<void>((resolve) => {
      onEnd = resolve;
    });

  function begin(message: DequeuedMessageItem): void {
    const done = parts
      .process(message)
      .catch((error: unknown) => {
        logUnfinished(parts, message, error);
      })
      .finally(() => {
        running.delete(done);
        onEnd();
      });
    running.add(done);
  }

  async function poll(): Promise<void> {
    let foundWork = false;
    while (!isStopping()) {
      const messages = await receive();
      if (isStopping()) await giveBack(parts, messages);
      else messages.forEach(begin);
      if (messages.length === 0) {
        if (!isStopping()) await alarm.sleep(delay.nextMs(foundWork));
        foundWork = false;
      } else {
        foundWork = true;
        while (running.size > options.newBatchThreshold) await oneEnds();
      }
    }
    await Promise.all(running);
  }

  return {
    start() {
      loop ??= poll();
    },
    wake: alarm.ring,
    async stop() {
      stopped = true;
      alarm.ring();
      const giveUp = setTimeout(() => {
        polling.abort();
      }, LAST_POLL_MS);
      await loop;
      clearTimeout(giveUp);
    },
  };
}

/** Another host, or this one after its restart, gets them at once; otherwise only when their visibility ends. */
async function giveBack(parts: ListenerParts, messages: readonly DequeuedMessageItem[]): Promise<void> {
  const { queue } = parts;
  const given = messages.map(async (message) => {
    try {
      await unlessGone(queue.updateMessage(message.messageId, message.popReceipt, undefined, 0));
    } catch (error) {
      logUnfinished(parts, message, error);
    }
  });
  await Promise.all(given);
}

function logUnfinished({ queue, log }: ListenerParts, { messageId }: DequeuedMessageItem, error: unknown): void {
  log.host("error", `Cannot finish message '${messageId}' of queue '${queue.name}': ${messageOf(error)}`);
}

/**
 * Receives a batch; nothing while the queue is missing or the service cannot be reached, which is logged when it changes,
 * and nothing when aborted.
 */
function createReceiver(parts: ListenerParts, abortSignal: AbortSignal): () => Promise<readonly DequeuedMessageItem[]> {
  const { queue, options, visibilityMs, log } = parts;
  const request = { numberOfMessages: options.batchSize, visibilityTimeout: visibilityMs / 1000, abortSignal };
  let isKnown = false;
  let lastProblem = "";
  return async () => {
    try {
      isKnown ||= await queue.exists({ abortSignal });
      const messages = isKnown ? (await queue.receiveMessages(request)).receivedMessageItems : [];
      if (lastProblem !== "") log.host("information", `Queue '${queue.name}' can be polled again.`);
      lastProblem = "";
      return messages;
    } catch (error) {
      if (abortSignal.aborted) return [];
      isKnown = false;
      const problem = storageProblem(error);
      if (problem !== lastProblem) log.host("warning", `Cannot poll queue '${queue.name}': ${problem}`);
      lastProblem = problem;
      return [];
    }
  };
}
