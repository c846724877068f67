import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { TableClient } from "@azure/data-tables";
import { jobKey } from "../src/jobs/store/job-row.ts";
import { plainProfile } from "./app/plain-profile.ts";
import { layOutBenchApp } from "./support/bench-app.ts";
import { startCountingProxy } from "./support/counting-proxy.ts";
import type { CountingProxy } from "./support/counting-proxy.ts";
import { createHttpClient, requireStatus } from "./support/http-client.ts";
import type { HttpClient } from "./support/http-client.ts";
import { startMemoryStorage } from "./support/memory-storage.ts";
import { heading, percentile, table } from "./support/print.ts";

const ROUNDS = 1000;
const WARM_UP = 200;
/** Too many for a row, so that the result stands in a blob. */
const LARGE = 100_000;

/** What it costs to ask how a job stands, which clients do most of all, against one point read of its row. */
export async function poll(): Promise<void> {
  const storage = await startMemoryStorage();
  const proxy = await startCountingProxy(storage.connectionString);
  const app = await layOutBenchApp();
  const client = createHttpClient(1);
  const worker = await app.start({ connectionString: storage.connectionString, workers: true });
  const large = await finishedJob(client, worker.url, LARGE);
  const small = await finishedJob(client, worker.url, 5);
  await worker.stop(); // It would look at its queue all the time.
  const straight = await app.start({ connectionString: storage.connectionString, workers: false });
  const counted = await app.start({ connectionString: proxy.connectionString, workers: false });
  try {
    const asks: readonly Ask[] = [
      { name: "304, large result", job: large, knows: true },
      { name: "200, large result", job: large, knows: false },
      { name: "304, small result", job: small, knows: true },
      { name: "200, small result", job: small, knows: false },
    ];
    const asking = (url: string) => asks.map((ask) => ({ name: ask.name, run: async () => get(client, url, ask) }));
    heading("GET /api/jobs/{job_id}: storage calls");
    table([["", "table", "blob", "queue"], ...(await countCalls(proxy, asking(counted.url)))]);

    const times = await time([
      { name: "bare point read", run: pointRead(storage.connectionString, large) },
      { name: "GET /api/health/live (no storage)", run: async () => ping(client, straight.url) },
      ...asking(straight.url),
    ]);
    const bare = percentile(times[0]?.milliseconds ?? [], 0.5);
    heading(`GET /api/jobs/{job_id}: latency (${ROUNDS} rounds, one at a time)`);
    table([["", "p50 ms", "p99 ms", "p50 / bare"], ...times.map((timed) => row(timed, bare))]);
  } finally {
    client.close();
    await Promise.all([straight.stop(), counted.stop()]);
    await app.remove();
    await proxy.stop();
    await storage.stop();
  }
}

interface FinishedJob {
  readonly jobId: string;
  readonly etag: string;
}

interface Ask {
  readonly name: string;
  readonly job: FinishedJob;
  /** The client says which version it knows, which is the current one. */
  readonly knows: boolean;
}

interface Named {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

async function finishedJob(client: HttpClient, url: string, characters: number): Promise<FinishedJob> {
  const body = JSON.stringify({ job_type: plainProfile.id, payload: { text: "x".repeat(characters) } });
  const { job_id: jobId } = JSON.parse((await client.send("POST", `${url}/api/jobs`, { body })).body) as {
    job_id: string;
  };
  for (;;) {
    const { headers, body: seen } = await client.send("GET", `${url}/api/jobs/${jobId}`);
    const { status } = JSON.parse(seen) as { status: string };
    if (status === "completed") return { jobId, etag: headers.etag ?? "" };
    if (status === "failed") throw new Error(`Cannot measure: job "${jobId}" failed`);
    await delay(50);
  }
}

async function get(client: HttpClient, url: string, { job: { jobId, etag }, knows }: Ask): Promise<void> {
  const headers: Record<string, string> = knows ? { "if-none-match": etag } : {};
  requireStatus(await client.send("GET", `${url}/api/jobs/${jobId}`, { headers }), knows ? 304 : 200);
}

async function ping(client: HttpClient, url: string): Promise<void> {
  requireStatus(await client.send("GET", `${url}/api/health/live`), 200);
}

function pointRead(connectionString: string, { jobId }: FinishedJob): () => Promise<unknown> {
  const rows = TableClient.fromConnectionString(connectionString, "millracejobs", { allowInsecureConnection: true });
  const { partitionKey, rowKey } = jobKey({ workspaceId: "default", jobId });
  return async () => rows.getEntity(partitionKey, rowKey);
}

async function countCalls(proxy: CountingProxy, asks: readonly Named[]): Promise<(string | number)[][]> {
  const rows: (string | number)[][] = [];
  for (const { name, run } of asks) {
    await run(); // The first of a process also opens connections.
    proxy.take();
    await run();
    const calls = proxy.take();
    const of = (service: string) => calls.filter((call) => call.service === service).length;
    rows.push([name, of("table"), of("blob"), of("queue")]);
  }
  return rows;
}

interface Timed {
  readonly name: string;
  readonly milliseconds: readonly number[];
}

/** Turn by turn: what disturbs one disturbs all. */
async function time(asks: readonly Named[]): Promise<Timed[]> {
  const timed = asks.map((ask) => ({ ...ask, milliseconds: [] as number[] }));
  for (let round = 0; round < WARM_UP + ROUNDS; round++)
    for (const { run, milliseconds } of timed) {
      const started = performance.now();
      await run();
      if (round >= WARM_UP) milliseconds.push(performance.now() - started);
    }
  return timed;
}

function row({ name, milliseconds }: Timed, bare: number): string[] {
  const [p50 = 0, p99 = 0] = [0.5, 0.99].map((share) => percentile(milliseconds, share));
  return [name, p50.toFixed(2), p99.toFixed(2), (p50 / bare).toFixed(2)];
}
