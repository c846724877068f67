import { setTimeout as delay } from "node:timers/promises";
import { QueueClient } from "@azure/storage-queue";
import { createApp } from "../src/app.ts";
import type { Job } from "../src/jobs/job.ts";
import { readSettings } from "../src/platform/settings.ts";
import { plainProfile } from "./app/plain-profile.ts";
import { layOutBenchApp } from "./support/bench-app.ts";
import type { BenchApp } from "./support/bench-app.ts";
import { startCountingProxy } from "./support/counting-proxy.ts";
import type { CountingProxy, StorageCall } from "./support/counting-proxy.ts";
import { startMemoryStorage } from "./support/memory-storage.ts";
import { heading, table } from "./support/print.ts";

/** As many as the host receives with one call. */
const JOBS = 16;

/**
 * Storage calls of a job of one step that asks nobody for anything. The host that accepts jobs works on none, and one that
 * works begins when all messages are there, so that each receive takes as many as it can.
 */
export async function plainJobCalls(): Promise<void> {
  const storage = await startMemoryStorage();
  const proxy = await startCountingProxy(storage.connectionString);
  const app = await layOutBenchApp();
  const front = await app.start({ connectionString: proxy.connectionString, workers: false });
  const bench = new Bench({ app, proxy, connectionString: storage.connectionString, url: front.url });
  try {
    const totals: (string | number)[][] = [["a plain job", "calls", "aim"]];
    for (const [name, { aim, live }] of Object.entries(LIVES)) {
      await live(bench);
      const calls = bench.take();
      heading(`Storage calls of a plain job: ${name} (${JOBS} jobs, per job)`);
      table(perJob(calls));
      totals.push([name, (calls.length / JOBS).toFixed(2), aim]);
    }
    heading("Storage calls of a plain job");
    table(totals);
    console.log("\n  Left out: looks at an empty queue, and what a host asks when it starts.");
  } finally {
    await front.stop();
    await app.remove();
    await proxy.stop();
    await storage.stop();
  }
}

interface Life {
  readonly aim: string;
  readonly live: (bench: Bench) => Promise<void>;
}

const LIVES: Readonly<Record<string, Life>> = {
  "it succeeds": {
    aim: "6.1",
    async live(bench) {
      await bench.submit();
      await bench.work("work", async () => bench.all(isDone));
    },
  },
  "it succeeds, submitted with an Idempotency-Key": {
    aim: "",
    async live(bench) {
      await bench.submit((index) => ({ "idempotency-key": `key-${index}` }));
      await bench.work("work", async () => bench.all(isDone));
    },
  },
  "its first attempt fails, its second succeeds": {
    aim: "",
    async live(bench) {
      await bench.submit();
      const putBack = ({ phase, attempt }: Job) => phase === "queued" && attempt === 1;
      await bench.work("attempt 1", async () => bench.all(putBack), { BENCH_PROVIDER: "down" });
      await bench.work("attempt 2", async () => bench.all(isDone));
    },
  },
  "it is cancelled while it waits": {
    aim: "",
    async live(bench) {
      await bench.submit();
      await bench.cancel();
      await bench.work("message", async () => bench.hasNoMessages());
    },
  },
};

const isDone = ({ phase }: Job): boolean => phase === "done";

interface BenchParts {
  readonly app: BenchApp;
  readonly proxy: CountingProxy;
  /** Straight to storage: what the bench looks at is not counted. */
  readonly connectionString: string;
  /** Of the host that accepts jobs. */
  readonly url: string;
}

interface NotedCall extends StorageCall {
  /** What was going on. */
  readonly during: string;
}

/** One life at a time, of as many jobs as the host receives at once. */
class Bench {
  readonly #parts: BenchParts;
  readonly #queue: QueueClient;
  readonly #product: ReturnType<typeof createApp>;
  #jobIds: readonly string[] = [];
  #calls: NotedCall[] = [];

  constructor(parts: BenchParts) {
    const { connectionString } = parts;
    const settings = readSettings({ AzureWebJobsStorage: connectionString, OPENAI_API_KEY: "none" });
    this.#parts = parts;
    this.#queue = new QueueClient(connectionString, "job-requests");
    this.#product = createApp(settings, [plainProfile]);
  }

  async submit(headersOf: (index: number) => Record<string, string> = () => ({})): Promise<void> {
    this.#parts.proxy.take();
    const body = { job_type: plainProfile.id, payload: { text: "hello" } };
    const answers = await Promise.all(
      Array.from({ length: JOBS }, async (_, index) =>
        post(`${this.#parts.url}/api/jobs`, { headers: headersOf(index), body }),
      ),
    );
    this.#jobIds = answers.map((answer) => (answer as { job_id: string }).job_id);
    this.#note("submit");
  }

  async cancel(): Promise<void> {
    await Promise.all(this.#jobIds.map(async (jobId) => post(`${this.#parts.url}/api/jobs/${jobId}/cancel`, {})));
    this.#note("cancel");
  }

  /** Has a host work, from the time on when it can receive all messages at once. */
  async work(during: string, hasEnded: () => Promise<boolean>, env: Record<string, string> = {}): Promise<void> {
    const { app, proxy } = this.#parts;
    await until(
      async () => (await this.#queue.peekMessages({ numberOfMessages: 32 })).peekedMessageItems.length === JOBS,
    );
    const host = await app.start({ connectionString: proxy.connectionString, workers: true, env });
    await until(hasEnded);
    await host.stop();
    this.#note(during);
  }

  async all(isSo: (job: Job) => boolean): Promise<boolean> {
    const { jobs } = this.#product;
    const stored = await Promise.all(
      this.#jobIds.map(async (jobId) => jobs.require({ workspaceId: "default", jobId })),
    );
    return stored.every(({ job }) => isSo(job));
  }

  async hasNoMessages(): Promise<boolean> {
    return (await this.#queue.getProperties()).approximateMessagesCount === 0;
  }

  take(): NotedCall[] {
    const calls = this.#calls;
    this.#calls = [];
    return calls;
  }

  #note(during: string): void {
    const calls = this.#parts.proxy.take().filter((call) => !isIdlePoll(call) && !isStartUp(call));
    this.#calls.push(...calls.map((call) => ({ ...call, during })));
  }
}

async function post(
  url: string,
  { headers, body }: { headers?: Record<string, string>; body?: unknown },
): Promise<unknown> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`Cannot measure: ${url} answered ${answer.status}`);
  return answer.json();
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(20);
}

/** The answer of a queue without messages is a few bytes of XML. */
function isIdlePoll({ service, method, bytes }: StorageCall): boolean {
  return service === "queue" && method === "GET" && bytes < 120;
}

/** Tables, queues and container are made where they are missing, and a queue is asked for before it is polled. */
function isStartUp({ service, method, path }: StorageCall): boolean {
  if (service === "table") return path === "/Tables";
  return /^\/[\w-]+(\?comp=metadata|\?restype=container)?$/.test(path) && ["PUT", "GET", "HEAD"].includes(method);
}

function perJob(calls: readonly NotedCall[]): (string | number)[][] {
  const counts = new Map<string, number>();
  for (const { during, service, method, path, status } of calls) {
    const kind = [during, service, method, path, status].join("\t");
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const rows = Array.from(counts, ([kind, count]) => [(count / JOBS).toFixed(2), ...kind.split("\t")]);
  return [["per job", "during", "service", "", "", "status"], ...rows];
}
