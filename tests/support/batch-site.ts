import { QueueServiceClient } from "@azure/storage-queue";
import { createApp } from "../../src/app.ts";
import type { App } from "../../src/app.ts";
import type { BatchRef } from "../../src/batches/batch.ts";
import { createBatchReceiver } from "../../src/batches/receive-batch-message.ts";
import { submitBatch } from "../../src/batches/submit-batch.ts";
import type { SubmitBatchCommand } from "../../src/batches/submit-batch.ts";
import type { JobRef } from "../../src/jobs/life/job.ts";
import { superviseJobs } from "../../src/jobs/supervision/supervise.ts";
import { receiveMessage } from "../../src/jobs/work/receive-message.ts";
import { readSettings } from "../../src/platform/settings.ts";
import { CONNECTION_STRING, createStorageAccount } from "../harness/storage/account.ts";
import { createHttpClient } from "../harness/storage/http-client.ts";
import type { Exchange, Sent } from "../harness/storage/http-client.ts";
import type { WireResponse } from "../harness/storage/wire.ts";
import { notingProfile } from "./batch-scene.ts";
import { TRACEPARENT, work } from "./echo-jobs.ts";
import { collectLog } from "./sinks.ts";

/** What happens to one request of a process. `after`: it is carried out, and its sender is told otherwise. */
export type FaultKind = "before" | "after" | "conflict" | "death before" | "death after";

interface AskedItem {
  readonly key: string;
  readonly dependsOn?: readonly string[];
  readonly text?: string;
}

/** Batches on storage in memory, in time that only the test moves, carried on by any number of processes. */
export interface BatchSite {
  now: Date;
  readonly app: App;
  /** Texts in the order in which workers began them. */
  readonly begun: string[];
  submit(items: readonly AskedItem[], more?: Partial<SubmitBatchCommand>): Promise<BatchRef>;
  /** Runs `work` in a process whose nth request (writes only, but for `before`) meets the fault. Returns whether one did. */
  withFault(kind: FaultKind, nth: number, work: (app: App) => Promise<unknown>): Promise<boolean>;
  /** Takes what is visible of a queue and gives it to its function in this process. Returns how many there were. */
  deliver(app: App, queueName: string): Promise<number>;
  /** Gives a worker the message of one job, whatever else there is. */
  workOn(ref: JobRef): Promise<void>;
  /** Delivers until there is nothing, in a process that meets no fault. */
  settle(queueNames?: readonly string[]): Promise<void>;
  /** One sweep of the supervisor. */
  sweep(): Promise<void>;
  /** The same with time and the supervisor, until the batch has ended; gives up after some hours. */
  finish(ref: BatchRef, queueNames?: readonly string[]): Promise<void>;
  /** Requests of the process that meets no fault, by service, since the last time. */
  countRequests(): number;
}

/** Whatever an earlier process has left comes within these. */
const SPARE_ROUNDS = 6;

export const BATCH_QUEUE = "batch-requests";
export const JOB_QUEUE = "job-requests";

/** @param environment more settings */
export async function createBatchSite(environment: Readonly<Record<string, string>> = {}): Promise<BatchSite> {
  const begun: string[] = [];
  let requests = 0;
  const account = createStorageAccount({ now: () => site.now, chance: Math.random });
  const carryOut: Exchange = async ({ service, wire }) => account.handle(service, wire);
  const settings = readSettings({ ...environment, AzureWebJobsStorage: CONNECTION_STRING, OPENAI_API_KEY: "none" });
  const start = (exchange: Exchange): App =>
    // In its place: what follows from an end is done by the app itself.
    Object.assign(createApp(settings, [notingProfile(begun)], createHttpClient(exchange)), {
      clock: { now: () => site.now },
    });
  const app = start(async (sent) => (requests++, carryOut(sent)));
  const queues = QueueServiceClient.fromConnectionString(CONNECTION_STRING, { httpClient: createHttpClient(carryOut) });
  const site: BatchSite = {
    now: new Date("2026-03-01T00:00:00.000Z"),
    app,
    begun,
    async submit(items, more = {}) {
      const { batch } = await submitBatch(app, {
        workspaceId: "default",
        policy: "skip_dependents",
        traceparent: TRACEPARENT,
        items: items.map(({ key, dependsOn = [], text = key }) => ({
          ...{ key, dependsOn, jobType: "echo" },
          ...{ wishes: {}, payload: { text } },
        })),
        ...more,
      });
      return { workspaceId: batch.workspaceId, batchId: batch.batchId };
    },
    async withFault(kind, nth, work) {
      const { exchange, met, died } = faulty(carryOut, kind, nth);
      // A failure is what the process meets: its function fails, and its message comes back or not.
      const ended = work(start(exchange)).catch(() => undefined);
      await Promise.race([ended, died]);
      return met();
    },
    async deliver(process, queueName) {
      const queue = queues.getQueueClient(queueName);
      const { receivedMessageItems: messages } = await queue.receiveMessages({
        numberOfMessages: 32,
        visibilityTimeout: 600,
      });
      for (const { messageId, messageText, popReceipt } of messages) {
        const message: unknown = JSON.parse(Buffer.from(messageText, "base64").toString());
        await receive(process, queueName, message);
        await queue.deleteMessage(messageId, popReceipt);
      }
      return messages.length;
    },
    workOn: async (ref) => work(app, ref),
    async settle(queueNames = [BATCH_QUEUE, JOB_QUEUE]) {
      for (let last = 1; last > 0;) {
        last = 0;
        for (const name of queueNames) last += await site.deliver(app, name);
      }
    },
    async sweep() {
      await superviseJobs(app, collectLog().sink);
    },
    async finish(ref, queueNames) {
      for (let round = 0; round < 100; round++) {
        await site.settle(queueNames);
        if ((await app.batches.require(ref)).batch.endedAt && round > SPARE_ROUNDS) return;
        site.now = new Date(site.now.getTime() + 130_000);
        await site.sweep();
      }
      throw new Error("The batch does not end");
    },
    countRequests() {
      const count = requests;
      requests = 0;
      return count;
    },
  };
  await app.storage.prepare();
  return site;
}

async function receive(process: App, queueName: string, message: unknown): Promise<void> {
  if (queueName === BATCH_QUEUE) {
    await createBatchReceiver(process)(message, collectLog().sink);
    return;
  }
  const setAside = async (): Promise<never> => Promise.reject(new Error("set aside"));
  await receiveMessage({ ...process, setAside }, message);
}

const REFUSED: WireResponse = { status: 403, headers: {} };
const CONFLICT: WireResponse = { status: 412, headers: {} };

/** The dead send nothing more, and hear nothing: what they had begun never ends. */
function faulty(
  carryOut: Exchange,
  kind: FaultKind,
  nth: number,
): { readonly exchange: Exchange; readonly met: () => boolean; readonly died: Promise<void> } {
  let count = 0;
  let isDead = false;
  let die = (): void => undefined;
  const died = new Promise<void>((resolve) => (die = resolve));
  const never = new Promise<never>(() => undefined);
  const exchange = async (sent: Sent): Promise<WireResponse> => {
    if (isDead) return never;
    const counts = kind === "before" || sent.wire.method !== "GET";
    if (!counts || ++count !== nth) return carryOut(sent);
    if (kind === "before") return REFUSED;
    if (kind === "conflict") return sent.service === "table" ? CONFLICT : REFUSED;
    if (kind !== "death before") await carryOut(sent);
    if (kind === "after") return REFUSED;
    isDead = true;
    die();
    return never;
  };
  return { exchange, met: () => count >= nth, died };
}
