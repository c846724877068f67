import { createApp } from "../../src/app.ts";
import type { App } from "../../src/app.ts";
import type { Envelope } from "../../src/contract/envelope.ts";
import type { Job } from "../../src/jobs/life/job.ts";
import { isTerminal } from "../../src/jobs/life/lifecycle.ts";
import { createSequencedJobs, createSequencedTombstones } from "../../src/jobs/sequences/sequenced-jobs.ts";
import { createSequences } from "../../src/jobs/sequences/sequences.ts";
import { envelopeOf } from "../../src/jobs/store/dispatch.ts";
import { createJobStore } from "../../src/jobs/store/job-store.ts";
import type { JobStore } from "../../src/jobs/store/job-store.ts";
import { createTombstoneStore } from "../../src/jobs/store/tombstone-store.ts";
import { submitJob } from "../../src/jobs/submit.ts";
import type { SubmitCommand } from "../../src/jobs/submit.ts";
import { superviseJobs } from "../../src/jobs/supervision/supervise.ts";
import { receiveMessage } from "../../src/jobs/work/receive-message.ts";
import type { Received } from "../../src/jobs/work/receive-message.ts";
import { readSettings } from "../../src/platform/settings.ts";
import type { StepContext } from "../../src/steps/step-context.ts";
import { CONNECTION_STRING, createStorageAccount } from "../harness/storage/account.ts";
import { createHttpClient } from "../harness/storage/http-client.ts";
import { echoProfile } from "./profiles.ts";
import { collectLog } from "./sinks.ts";

interface Message {
  readonly envelope: Envelope;
  readonly at: number;
}

/** What is to become of a message that is put. */
type Fate = "arrives" | "lost" | "twice";

export interface SequenceScene {
  /** On a clock that only the test moves, storage in memory, and a queue that is a list. */
  readonly app: App;
  readonly messages: Message[];
  /** How many calls of storage this takes. */
  callsOf(act: () => Promise<unknown>): Promise<number>;
  /** The jobs, without what follows from a write for their lines. */
  readonly plainJobs: JobStore;
  /** What jobs said as they began and ended, in that order: "+a1", "-a1". */
  readonly log: string[];
  fateOf: (job: Job, by: "app" | "line") => Fate;
  seconds(): number;
  pass(seconds: number): void;
  submit(key: string | undefined, number?: number, more?: Partial<SubmitCommand>): Promise<Job>;
  receive(job: Job): Promise<Received>;
  sweep(): Promise<unknown>;
  read(job: Job): Promise<Job>;
  /** Takes messages as they come due, `abreast` at a time, with the supervisor behind them, until all these jobs have ended. */
  runUntilEnded(jobs: readonly Job[], abreast?: number): Promise<void>;
}

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const START = Date.parse("2026-03-01T00:00:00.000Z");
/** Less often than in life: each takes 16 calls. */
const SWEEP_EVERY_MS = 120_000;
const PATIENCE = { messageMs: 120_000, leaseMs: 15_000 };

type Work = (context: StepContext<{ readonly text: string }, unknown>) => Promise<unknown>;

export async function sequenceScene(work: Work = async ({ payload }) => payload): Promise<SequenceScene> {
  const log: string[] = [];
  const profile = echoProfile(async (context) => {
    const { text } = context.payload;
    log.push(`+${text}`);
    await new Promise((resolve) => setImmediate(resolve));
    try {
      return await work(context);
    } finally {
      log.push(`-${text}`);
    }
  });
  let elapsed = 0;
  const now = () => START + elapsed;
  let calls = 0;
  const account = createStorageAccount({ now: () => new Date(now()), chance: Math.random });
  const httpClient = createHttpClient(async ({ service, wire }) => {
    calls++;
    return account.handle(service, wire);
  });
  const settings = readSettings({ AzureWebJobsStorage: CONNECTION_STRING, OPENAI_API_KEY: "none" });
  const base = createApp(settings, [profile], httpClient);
  await base.storage.prepare();
  const messages: Message[] = [];
  const dispatchBy =
    (by: "app" | "line"): App["dispatch"] =>
    async (job, { delayMs = 0 } = {}) => {
      const message = { envelope: envelopeOf(job), at: now() + Math.max(0, delayMs) };
      const fate = scene.fateOf(job, by);
      if (fate !== "lost") messages.push(message);
      if (fate === "twice") messages.push({ ...message });
    };
  const table = base.storage.jobs;
  const store = createJobStore(table, PATIENCE);
  const sequences = createSequences({
    table,
    jobs: store,
    dispatch: dispatchBy("line"),
    chance: Math.random,
    gapMs: 3_600_000,
  });
  const app: App = {
    ...base,
    clock: { now: () => new Date(now()) },
    dispatch: dispatchBy("app"),
    sequences,
    jobs: createSequencedJobs(store, sequences),
    tombstones: createSequencedTombstones(createTombstoneStore(table), sequences),
  };
  const setAside = async (): Promise<never> => {
    throw new Error("set aside");
  };
  const receive = async (envelope: Envelope) => receiveMessage({ ...app, setAside }, envelope);
  const { sink } = collectLog();
  const scene: SequenceScene = {
    app,
    plainJobs: store,
    async callsOf(act) {
      const before = calls;
      await act();
      return calls - before;
    },
    messages,
    log,
    fateOf: () => "arrives",
    seconds: () => elapsed / 1000,
    pass: (seconds) => void (elapsed += seconds * 1000),
    async submit(key, number, more = {}) {
      const text = `${key ?? "none"}${String(number ?? "")}`;
      const { job } = await submitJob(app, {
        workspaceId: "default",
        jobType: "echo",
        payload: { text },
        traceparent: TRACEPARENT,
        ...(key !== undefined && { sequenceKey: key }),
        ...(number !== undefined && { sequence: number }),
        ...more,
      });
      return job;
    },
    receive: async (job) => receive(envelopeOf(job)),
    sweep: async () => superviseJobs(app, sink),
    read: async (job) => (await app.jobs.require(job)).job,
    async runUntilEnded(jobs, abreast = 1) {
      let sweepAt = elapsed + SWEEP_EVERY_MS;
      for (;;) {
        const due = messages.filter(({ at }) => at <= now()).slice(0, abreast);
        for (const message of due) messages.splice(messages.indexOf(message), 1);
        await Promise.all(due.map(async ({ envelope }) => receive(envelope)));
        if (due.length > 0) continue;
        const read = await Promise.all(jobs.map(async (job) => (await app.jobs.require(job)).job));
        if (read.every(({ phase }) => isTerminal(phase))) return;
        elapsed = Math.min(sweepAt, ...messages.map(({ at }) => at - START));
        if (elapsed < sweepAt) continue;
        sweepAt += SWEEP_EVERY_MS;
        await scene.sweep();
      }
    },
  };
  return scene;
}
