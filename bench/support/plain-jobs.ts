import { setTimeout as delay } from "node:timers/promises";
import { QueueClient } from "@azure/storage-queue";
import { createApp } from "../../src/app.ts";
import type { Job } from "../../src/jobs/life/job.ts";
import { readSettings } from "../../src/platform/settings.ts";
import { plainProfile } from "../app/plain-profile.ts";
import type { BenchApp } from "./bench-app.ts";
import type { CountingProxy, StorageCall } from "./counting-proxy.ts";

interface PlainJobsParts {
  readonly app: BenchApp;
  readonly proxy: CountingProxy;
  /** Straight to storage: what the bench looks at is not counted. */
  readonly connectionString: string;
  /** Of the host that accepts jobs. */
  readonly url: string;
}

export interface NotedCall extends StorageCall {
  /** What was going on. */
  readonly during: string;
}

/** Plain jobs that go through one life together, while every call to storage is noted. */
export class PlainJobs {
  readonly #count: number;
  readonly #parts: PlainJobsParts;
  readonly #queue: QueueClient;
  readonly #product: ReturnType<typeof createApp>;
  #jobIds: readonly string[] = [];
  #calls: NotedCall[] = [];

  constructor(count: number, parts: PlainJobsParts) {
    this.#count = count;
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
      Array.from({ length: this.#count }, async (_, index) =>
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
    await until(async () => (await this.#visibleMessages()) === this.#count);
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

  async #visibleMessages(): Promise<number> {
    return (await this.#queue.peekMessages({ numberOfMessages: 32 })).peekedMessageItems.length;
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
