import type { Job } from "../src/jobs/life/job.ts";
import { layOutBenchApp } from "./support/bench-app.ts";
import { startCountingProxy } from "./support/counting-proxy.ts";
import { startMemoryStorage } from "./support/memory-storage.ts";
import { PlainJobs } from "./support/plain-jobs.ts";
import type { NotedCall } from "./support/plain-jobs.ts";
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
  const jobs = new PlainJobs(JOBS, { app, proxy, connectionString: storage.connectionString, url: front.url });
  try {
    const totals: (string | number)[][] = [["a plain job", "calls", "aim"]];
    for (const [name, { aim, live }] of Object.entries(LIVES)) {
      await live(jobs);
      const calls = jobs.take();
      heading(`Storage calls of a plain job: ${name} (${JOBS} jobs, per job)`);
      table(perJob(calls));
      totals.push([name, (calls.length / JOBS).toFixed(2), aim]);
    }
    heading("Storage calls of a plain job");
    table(totals);
    console.log(
      "\n  Left out: looks at an empty queue, and what a host asks when it starts. A commit more for a job in which a",
    );
    console.log(
      "  second goes by between its claim and its end: progress is committed once a second, on a busy machine too.",
    );
  } finally {
    await front.stop();
    await app.remove();
    await proxy.stop();
    await storage.stop();
  }
}

interface Life {
  readonly aim: string;
  readonly live: (jobs: PlainJobs) => Promise<void>;
}

const LIVES: Readonly<Record<string, Life>> = {
  "it succeeds": {
    aim: "6.1",
    async live(jobs) {
      await jobs.submit();
      await jobs.work("work", async () => jobs.all(isDone));
    },
  },
  "it succeeds, submitted with an Idempotency-Key": {
    aim: "",
    async live(jobs) {
      await jobs.submit((index) => ({ "idempotency-key": `key-${index}` }));
      await jobs.work("work", async () => jobs.all(isDone));
    },
  },
  "its first attempt fails, its second succeeds": {
    aim: "",
    async live(jobs) {
      await jobs.submit();
      const putBack = ({ phase, attempt }: Job) => phase === "queued" && attempt === 1;
      await jobs.work("attempt 1", async () => jobs.all(putBack), { BENCH_PROVIDER: "down" });
      await jobs.work("attempt 2", async () => jobs.all(isDone));
    },
  },
  "it is cancelled while it waits": {
    aim: "",
    async live(jobs) {
      await jobs.submit();
      await jobs.cancel();
      await jobs.work("message", async () => jobs.hasNoMessages());
    },
  },
};

const isDone = ({ phase }: Job): boolean => phase === "done";

function perJob(calls: readonly NotedCall[]): (string | number)[][] {
  const counts = new Map<string, number>();
  for (const { during, service, method, path, status } of calls) {
    const kind = [during, service, method, path, status].join("\t");
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const rows = Array.from(counts, ([kind, count]) => [(count / JOBS).toFixed(2), ...kind.split("\t")]);
  return [["per job", "during", "service", "", "", "status"], ...rows];
}
