import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { TableClient } from "@azure/data-tables";
import { QueueClient } from "@azure/storage-queue";
import { createApp } from "../src/app.ts";
import type { App } from "../src/app.ts";
import { isOver } from "../src/batches/batch-phases.ts";
import { jobIdOf } from "../src/batches/item.ts";
import { submitBatch } from "../src/batches/submit-batch.ts";
import { readSettings } from "../src/platform/settings.ts";
import { plainProfile } from "./app/plain-profile.ts";
import { layOutBenchApp } from "./support/bench-app.ts";
import { startCountingProxy } from "./support/counting-proxy.ts";
import type { CountingProxy } from "./support/counting-proxy.ts";
import { startMemoryStorage } from "./support/memory-storage.ts";
import { heading, percentile, table } from "./support/print.ts";

const WIDTHS = [10, 100, 1_000];
const CHAIN = 30;
const BARE_ROUNDS = 100;
const WORKSPACE = "default";

/**
 * What a batch costs from its submission to its end: one item that 10, 100 and 1,000 others wait for; and a chain, which
 * shows how long it is from the end of a job to the start of what waited for it. Beside it what bare storage calls take.
 */
export async function batches(): Promise<void> {
  const storage = await startMemoryStorage();
  const proxy = await startCountingProxy(storage.connectionString);
  const benchApp = await layOutBenchApp();
  // Its own reads go past the proxy.
  const straight = openApp(storage.connectionString);
  const submitting = openApp(proxy.connectionString);
  try {
    const host = await benchApp.start({ connectionString: proxy.connectionString, workers: true });
    const run = async (parents: Parents) => runBatch({ straight, submitting, proxy }, parents);
    await run(fanOut(2)); // Warms up connections.
    const measured: Ran[] = [];
    for (const width of WIDTHS) measured.push(await run(fanOut(width)));
    const { batchId } = await run(chain(CHAIN));
    const latencies = await latenciesOf(straight, batchId);
    await host.stop();
    print(measured, latencies, await bareCalls(storage.connectionString));
  } finally {
    await benchApp.remove();
    await proxy.stop();
    await storage.stop();
  }
}

/** Of each item, by its place. */
type Parents = readonly (readonly number[])[];

function fanOut(width: number): Parents {
  return Array.from({ length: width + 1 }, (_, index) => (index === 0 ? [] : [0]));
}

function chain(length: number): Parents {
  return Array.from({ length }, (_, index) => (index === 0 ? [] : [index - 1]));
}

function openApp(connectionString: string): App {
  return createApp(readSettings({ AzureWebJobsStorage: connectionString, OPENAI_API_KEY: "none" }), [plainProfile]);
}

interface Ran {
  readonly batchId: string;
  readonly items: number;
  readonly seconds: number;
  readonly calls: number;
}

interface Parts {
  readonly straight: App;
  readonly submitting: App;
  readonly proxy: CountingProxy;
}

async function runBatch({ straight, submitting, proxy }: Parts, parents: Parents): Promise<Ran> {
  const keyOf = (index: number) => `item-${index}`;
  await delay(300); // Lets calls of the batch before come to their end.
  proxy.take();
  const started = performance.now();
  const { batch } = await submitBatch(submitting, {
    workspaceId: WORKSPACE,
    items: parents.map((own, index) => ({
      ...{ key: keyOf(index), jobType: plainProfile.id, payload: { text: "hello" }, wishes: {} },
      dependsOn: own.map(keyOf),
    })),
    policy: "skip_dependents",
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  });
  for (;;) {
    const { phase } = (await straight.batches.require(batch)).batch;
    if (phase === "completed") break;
    if (isOver(phase)) throw new Error(`Cannot measure: batch "${batch.batchId}" ended as "${phase}"`);
    await delay(50);
  }
  const seconds = (performance.now() - started) / 1000;
  await delay(300);
  const calls = proxy.take().filter((call) => !(call.service === "queue" && call.method === "GET" && call.bytes < 120));
  return { batchId: batch.batchId, items: parents.length, seconds, calls: calls.length };
}

/** From each job's end to the start of the next, in milliseconds. */
async function latenciesOf({ jobs }: App, batchId: string): Promise<number[]> {
  const all = await Promise.all(
    Array.from({ length: CHAIN }, async (_, index) => {
      const { job } = await jobs.require({ workspaceId: WORKSPACE, jobId: jobIdOf({ batchId, index }) });
      if (job.phase !== "done") throw new Error(`Cannot measure: item ${index} is "${job.phase}"`);
      return { startedAt: job.startedAt.getTime(), endedAt: job.endedAt.getTime() };
    }),
  );
  return all.slice(1).map(({ startedAt }, index) => startedAt - (all[index]?.endedAt ?? Number.NaN));
}

interface Bare {
  readonly name: string;
  readonly p50: number;
}

/** One at a time, by the SDKs with nothing around them, on the account that holds all of it. */
async function bareCalls(connectionString: string): Promise<Bare[]> {
  const client = TableClient.fromConnectionString(connectionString, "millracebatches", {
    allowInsecureConnection: true,
  });
  const queue = new QueueClient(connectionString, "batch-requests");
  const key = { partitionKey: "bare", rowKey: "row" };
  await client.upsertEntity(key);
  const calls = {
    "point read": async () => client.getEntity(key.partitionKey, key.rowKey),
    "transaction of two rows": async () =>
      client.submitTransaction([
        ["upsert", key, "Replace"],
        ["upsert", { ...key, rowKey: "other" }, "Replace"],
      ]),
    "message put": async () => queue.sendMessage("bare"),
  };
  const bare: Bare[] = [];
  for (const [name, call] of Object.entries(calls)) {
    const milliseconds: number[] = [];
    for (let round = 0; round < BARE_ROUNDS; round++) {
      const started = performance.now();
      await call();
      milliseconds.push(performance.now() - started);
    }
    bare.push({ name, p50: percentile(milliseconds, 0.5) });
  }
  return bare;
}

function print(measured: readonly Ran[], latencies: readonly number[], bare: readonly Bare[]): void {
  heading("Batches: one item, and so many that wait for it");
  table([
    ["items", "seconds", "storage calls", "calls per item"],
    ...measured.map(({ items, seconds, calls }) => [items, seconds.toFixed(1), calls, (calls / items).toFixed(1)]),
  ]);
  heading(`Batches: from the end of a job to the start of the next, in a chain of ${CHAIN}`);
  table([
    ["", "p50 ms", "p90 ms"],
    ["end to start", percentile(latencies, 0.5), percentile(latencies, 0.9)],
    ...bare.map(({ name, p50 }) => [`bare ${name}`, p50.toFixed(1), ""]),
  ]);
}
