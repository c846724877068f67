import { createApp, withOrchestrations } from "../../src/app.ts";
import type { App } from "../../src/app.ts";
import { runJob } from "../../src/jobs/orchestration/orchestrators/run-job.ts";
import { runLane } from "../../src/jobs/orchestration/orchestrators/run-lane.ts";
import { runPoll } from "../../src/jobs/orchestration/orchestrators/run-poll.ts";
import { RUN_JOB, RUN_LANE, RUN_POLL, RUN_STEP } from "../../src/jobs/orchestration/plan.ts";
import type { StepCall } from "../../src/jobs/orchestration/plan.ts";
import { runStep } from "../../src/jobs/orchestration/run-step.ts";
import { superviseJobs } from "../../src/jobs/supervision/supervise.ts";
import type { Swept } from "../../src/jobs/supervision/supervise.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import { CONNECTION_STRING, createStorageAccount } from "../harness/storage/account.ts";
import { createHttpClient } from "../harness/storage/http-client.ts";
import { createDurableHub } from "./durable-hub.ts";
import type { DurableHub } from "./durable-hub.ts";
import { mortalExchange } from "./simulated-app.ts";
import type { Death } from "./simulated-app.ts";
import { collectLog } from "./sinks.ts";
import { createTestApp } from "./test-app.ts";
import type { RequestOptions, TestApp, TestResponse } from "./test-app.ts";

/** The real app with the real orchestrators, on storage and a task hub in memory, in a time that only the test moves. */
export interface LedApp extends Omit<TestApp, "hub"> {
  readonly durable: DurableHub;
  now(): Date;
  /** Lets so much time pass, and everything that comes due in it happen when it is due. */
  pass(seconds: number): Promise<void>;
  /** Submits a job, by default of the type "echo", as `by`, and lets its work begin. Returns its path. */
  submit(by?: string, body?: object): Promise<string>;
  view(path: string): Promise<Record<string, unknown>>;
  /** The process of the activity dies at its nth write from now on, and the host gives the call to another. */
  dieAt(death: Death): void;
  /** Whether it has died since. */
  hasDied(): boolean;
  /** The supervisor looks, and what it sets off happens. */
  sweep(): Promise<Swept>;
  /** Sends a request, and lets happen what it sets off. */
  send(method: string, path: string, options?: RequestOptions): Promise<TestResponse>;
}

const QUEUE_NAME = "job-requests";

export async function createLedApp(
  profile: Profile,
  environment: Readonly<Record<string, string>> = {},
): Promise<LedApp> {
  let time = Date.parse("2026-03-01T00:00:00.000Z");
  const now = () => new Date(time);
  const account = createStorageAccount({ now, chance: Math.random });
  const httpClient = createHttpClient(async ({ service, wire }) => account.handle(service, wire));
  const { sink } = collectLog();
  let mortal: { readonly app: App; readonly died: Promise<boolean> } | undefined;
  let hasDied = false;
  const durable = createDurableHub({
    now,
    orchestrators: { [RUN_JOB]: runJob, [RUN_LANE]: runLane, [RUN_POLL]: runPoll },
    async activity(name, input) {
      if (name !== RUN_STEP) throw new Error(`There is no activity "${name}"`);
      const call = input as StepCall;
      const ended = runStep(mortal?.app ?? test.app, call, sink);
      if (!mortal || !(await Promise.race([ended.then(() => false), mortal.died]))) return ended;
      hasDied = true;
      mortal = undefined;
      return runStep(test.app, call, sink);
    },
  });
  const test = await createTestApp({
    profiles: [profile],
    environment: { AzureWebJobsStorage: CONNECTION_STRING, ...environment },
    clock: { now },
    httpClient,
    orchestrations: durable.orchestrations,
  });
  const settle = async () => {
    do await durable.settle();
    while ((await test.deliver(QUEUE_NAME)) > 0);
    await durable.settle();
  };
  const send: LedApp["send"] = async (method, path, options) => {
    const answer = await test.request(method, path, options);
    await settle();
    return answer;
  };
  return {
    ...test,
    durable,
    now,
    send,
    async pass(seconds) {
      const end = time + seconds * 1000;
      await settle();
      for (let next = durable.nextAt(); next && next.getTime() <= end; next = durable.nextAt()) {
        time = Math.max(time, next.getTime());
        await settle();
      }
      time = end;
      await settle();
    },
    async submit(by, body = { job_type: "echo", payload: { text: "hi" } }) {
      const headers = by === undefined ? {} : { "x-ms-client-principal-name": by };
      const { json } = await send("POST", "/api/jobs", { headers, body });
      return `/api/jobs/${String(json["job_id"])}`;
    },
    view: async (path) => (await test.request("GET", path)).json,
    dieAt(death) {
      hasDied = false;
      const { exchange, died } = mortalExchange(async ({ service, wire }) => account.handle(service, wire), death);
      const dying = createApp(test.app.settings, [profile], createHttpClient(exchange));
      mortal = { died, app: withOrchestrations({ ...dying, clock: { now } }, durable.orchestrations) };
    },
    hasDied: () => hasDied,
    async sweep() {
      const swept = await superviseJobs(test.app, sink);
      await settle();
      return swept;
    },
  };
}
