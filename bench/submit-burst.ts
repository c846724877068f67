import { QueueClient } from "@azure/storage-queue";
import { createApp } from "../src/app.ts";
import { jobOfRowKey } from "../src/jobs/store/job-row.ts";
import { PARTITIONS } from "../src/platform/partitions.ts";
import { readSettings } from "../src/platform/settings.ts";
import { odata } from "../src/platform/tables.ts";
import { plainProfile } from "./app/plain-profile.ts";
import { bareSubmit } from "./support/bare-submit.ts";
import { layOutBenchApp } from "./support/bench-app.ts";
import { crowd } from "./support/crowd.ts";
import type { Crowded } from "./support/crowd.ts";
import { createHttpClient } from "./support/http-client.ts";
import type { HttpClient } from "./support/http-client.ts";
import { startMemoryStorage } from "./support/memory-storage.ts";
import { heading, percentile, table } from "./support/print.ts";
import { residentMemory } from "./support/resident-memory.ts";

const SOCKETS = 64;
const WARM_UP = 500;
/** The third tells memory that is kept for each job from memory that a burst takes. */
const BURSTS = [1_000, 10_000, 10_000];

const BODY = JSON.stringify({ job_type: plainProfile.id, customer_id: "cust-123", payload: { text: "hello" } });

/**
 * Many clients at once and nobody at work: what is accepted must be stored, every job and every message, and what is not
 * must be refused in a way that a client can go by. Beside it the same storage calls made by this script alone.
 */
export async function submitBurst(): Promise<void> {
  const storage = await startMemoryStorage();
  const app = await layOutBenchApp();
  const host = await app.start({ connectionString: storage.connectionString, workers: false });
  const client = createHttpClient(SOCKETS);
  try {
    const [anyJob = ""] = (await burst(client, host.url, WARM_UP)).accepted;
    const bare = await bareSubmit(storage.connectionString, "job-requests", anyJob);
    await crowd(WARM_UP, SOCKETS, bare);
    const speeds: Speed[] = [{ name: "bare calls, before", ...(await crowd(BURSTS[0] ?? 0, SOCKETS, bare)) }];
    const answers = [["POSTs", "202", "429", "other", "jobs lost", "jobs too many", "messages lost"]];
    const memory = [["POSTs", "MB before", "MB after", "highest MB so far"]];
    for (const count of BURSTS) {
      const before = { stored: await readStored(storage.connectionString), ...residentMemory(host.pid) };
      const sent = await burst(client, host.url, count);
      const after = residentMemory(host.pid);
      const stored = await readStored(storage.connectionString);
      speeds.push({ name: `${count} POSTs`, ...sent });
      answers.push([String(count), ...compare(sent, before.stored, stored)]);
      memory.push([String(count), ...[before.nowMb, after.nowMb, after.highestMb].map((mb) => mb.toFixed(0))]);
    }
    speeds.push({ name: "bare calls, after", ...(await crowd(BURSTS[0] ?? 0, SOCKETS, bare)) });

    heading(`A burst of POST /api/jobs over ${SOCKETS} sockets, nobody at work`);
    table(answers);
    console.log("");
    table([["", "per second", "p50 ms", "p99 ms"], ...speeds.map(row)]);
    console.log("");
    table(memory);
  } finally {
    client.close();
    await host.stop();
    await app.remove();
    await storage.stop();
  }
}

interface Sent extends Crowded {
  readonly accepted: ReadonlySet<string>;
  readonly throttled: number;
  readonly other: number;
}

async function burst(client: HttpClient, url: string, count: number): Promise<Sent> {
  const accepted = new Set<string>();
  let throttled = 0;
  let other = 0;
  const crowded = await crowd(count, SOCKETS, async () => {
    const { status, body } = await client.send("POST", `${url}/api/jobs`, { body: BODY });
    if (status === 202) accepted.add((JSON.parse(body) as { job_id: string }).job_id);
    else if (status === 429) throttled++;
    else other++;
  });
  return { ...crowded, accepted, throttled, other };
}

interface Stored {
  readonly jobs: ReadonlySet<string>;
  readonly messages: number;
}

/** Straight from storage. */
async function readStored(connectionString: string): Promise<Stored> {
  const settings = readSettings({ AzureWebJobsStorage: connectionString, OPENAI_API_KEY: "none" });
  const { jobs } = createApp(settings, [plainProfile]).storage;
  const found = new Set<string>();
  for (const partition of PARTITIONS) {
    const filter = odata`PartitionKey eq ${partition} and RowKey gt ${"job|"} and RowKey lt ${"job}"}`;
    for (const { row } of await jobs.list({ filter, limit: 1_000_000 })) found.add(jobOfRowKey(row.rowKey).jobId);
  }
  const { approximateMessagesCount = 0 } = await new QueueClient(connectionString, "job-requests").getProperties();
  return { jobs: found, messages: approximateMessagesCount };
}

function compare({ accepted, throttled, other }: Sent, before: Stored, after: Stored): string[] {
  const lost = [...accepted].filter((jobId) => !after.jobs.has(jobId)).length;
  const tooMany = after.jobs.size - before.jobs.size - (accepted.size - lost);
  const messagesLost = accepted.size - (after.messages - before.messages);
  return [accepted.size, throttled, other, lost, tooMany, messagesLost].map(String);
}

interface Speed extends Crowded {
  readonly name: string;
}

function row({ name, perSecond, milliseconds }: Speed): string[] {
  return [name, perSecond.toFixed(0), ...[0.5, 0.99].map((share) => percentile(milliseconds, share).toFixed(1))];
}
