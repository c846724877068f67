import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { createApp } from "../src/app.ts";
import type { App } from "../src/app.ts";
import { submitJob } from "../src/jobs/submit.ts";
import { readSettings } from "../src/platform/settings.ts";
import type { Profile } from "../src/profiles/define-profile.ts";
import { STEPS, fanOut, ledSteps, queueSteps } from "./app/step-profiles.ts";
import { layOutBenchApp } from "./support/bench-app.ts";
import { startCountingProxy } from "./support/counting-proxy.ts";
import type { CountingProxy } from "./support/counting-proxy.ts";
import { startMemoryStorage } from "./support/memory-storage.ts";
import { heading, percentile, table } from "./support/print.ts";

const ROUNDS = 20;
const WIDTHS = [10, 100, 1_000];

/**
 * What it costs to be led by an orchestration: a job of ten steps that do nothing, beside the same job on the queue
 * worker, turn by turn; and a map of 10, 100 and 1,000 parts that do nothing. Storage calls are the app's own: the
 * embedded host keeps its task hub in files, where the one of Azure asks storage as well.
 */
export async function orchestrations(): Promise<void> {
  const storage = await startMemoryStorage();
  const proxy = await startCountingProxy(storage.connectionString);
  const benchApp = await layOutBenchApp();
  const parts = { straight: openApp(storage.connectionString), submitting: openApp(proxy.connectionString), proxy };
  try {
    const host = await benchApp.start({ connectionString: proxy.connectionString, workers: true });
    for (const profile of [queueSteps, ledSteps, fanOut]) await run(parts, profile, 3); // Warms up.
    const queue: Ran[] = [];
    const led: Ran[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      queue.push(await run(parts, queueSteps, round));
      led.push(await run(parts, ledSteps, round));
    }
    const maps: (Ran & { readonly width: number })[] = [];
    for (const width of WIDTHS) maps.push({ width, ...(await run(parts, fanOut, width)) });
    await host.stop();
    printLanes(queue, led);
    printMaps(maps);
  } finally {
    await benchApp.remove();
    await proxy.stop();
    await storage.stop();
  }
}

function openApp(connectionString: string): App {
  const settings = readSettings({ AzureWebJobsStorage: connectionString, OPENAI_API_KEY: "none" });
  return createApp(settings, [queueSteps, ledSteps, fanOut]);
}

interface Parts {
  readonly straight: App;
  readonly submitting: App;
  readonly proxy: CountingProxy;
}

interface Ran {
  /** From its claim to its end. */
  readonly milliseconds: number;
  /** From its submission to its end, and to the delete of its message. */
  readonly calls: number;
}

async function run({ straight, submitting, proxy }: Parts, { id }: Profile, count: number): Promise<Ran> {
  await delay(300); // Lets calls of the job before come to their end.
  proxy.take();
  const { job: submitted } = await submitJob(submitting, {
    workspaceId: "default",
    jobType: id,
    payload: { count },
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  });
  const before = performance.now() + 10 * 60_000;
  for (;;) {
    const { job } = await straight.jobs.require(submitted);
    if (job.phase === "done") {
      await delay(300);
      const calls = proxy.take().filter((call) => !isIdlePoll(call)).length;
      return { milliseconds: job.endedAt.getTime() - job.startedAt.getTime(), calls };
    }
    if (job.phase === "failed" || performance.now() > before)
      throw new Error(`Cannot measure: job "${job.jobId}" of type "${id}" is "${job.phase}"`);
    await delay(50);
  }
}

/** The answer of a queue without messages is a few bytes of XML. */
function isIdlePoll({ service, method, bytes }: { service: string; method: string; bytes: number }): boolean {
  return service === "queue" && method === "GET" && bytes < 120;
}

function printLanes(queue: readonly Ran[], led: readonly Ran[]): void {
  heading(`Orchestrations: a job of ${STEPS} steps that do nothing`);
  const row = (name: string, ran: readonly Ran[]) => {
    const p50 = percentile(
      ran.map(({ milliseconds }) => milliseconds),
      0.5,
    );
    const calls = percentile(
      ran.map((one) => one.calls),
      0.5,
    );
    return [name, p50, (p50 / STEPS).toFixed(1), calls, (calls / STEPS).toFixed(1)];
  };
  table([
    ["", "p50 ms", "ms per step", "storage calls", "calls per step"],
    row("on the queue worker", queue),
    row("led by an orchestration", led),
  ]);
}

function printMaps(maps: readonly (Ran & { readonly width: number })[]): void {
  heading("Orchestrations: a map of parts that do nothing, 8 at a time");
  table([
    ["parts", "seconds", "ms per part", "storage calls", "calls per part"],
    ...maps.map(({ width, milliseconds, calls }) => [
      ...[width, (milliseconds / 1000).toFixed(1), (milliseconds / width).toFixed(1)],
      ...[calls, (calls / width).toFixed(1)],
    ]),
  ]);
}
