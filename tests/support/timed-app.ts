import { superviseJobs } from "../../src/jobs/supervision/supervise.ts";
import type { Swept } from "../../src/jobs/supervision/supervise.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import { CONNECTION_STRING, createStorageAccount } from "../harness/storage/account.ts";
import { createHttpClient } from "../harness/storage/http-client.ts";
import { echoProfile } from "./profiles.ts";
import { collectLog } from "./sinks.ts";
import { createTestApp } from "./test-app.ts";
import type { TestApp, TestResponse } from "./test-app.ts";

export interface TimedApp extends TestApp {
  /** The time of day, of the app and of its storage. */
  now(): Date;
  /** So many seconds from now. */
  inSeconds(seconds: number): Date;
  pass(seconds: number): void;
  submit(fields?: object): Promise<TestResponse>;
  /** The job as clients see it. */
  view(submitted: TestResponse): Promise<Record<string, unknown>>;
  sweep(): Promise<Swept>;
  /** What storage was asked for since this was asked last, each as service, verb and path. */
  storageCalls(): string[];
  /** From now on storage refuses whatever names a row that begins so. */
  refuse(rowKeyPrefix: string): void;
  /** Loses the newest message of the queue. */
  loseMessage(): void;
}

/** The queue of the jobs that `submit()` makes. */
const QUEUE_NAME = "job-requests";

/** The real app, on a storage account in memory, in a time that only the test moves: messages come when theirs has come. */
export async function createTimedApp(profile: Profile = echoProfile()): Promise<TimedApp> {
  let time = Date.parse("2026-03-01T00:00:00.000Z");
  let calls: string[] = [];
  let refused: string | undefined;
  const now = () => new Date(time);
  const account = createStorageAccount({ now, chance: Math.random });
  const httpClient = createHttpClient(async ({ service, wire }) => {
    calls.push(`${service} ${wire.method} ${wire.path}`);
    if (refused !== undefined && `${wire.path}${wire.body.toString()}`.includes(refused))
      return { status: 403, headers: {} };
    return account.handle(service, wire);
  });
  const environment = { AzureWebJobsStorage: CONNECTION_STRING };
  const test = await createTestApp({ profiles: [profile], environment, clock: { now }, httpClient });
  return {
    ...test,
    now,
    inSeconds: (seconds) => new Date(time + seconds * 1000),
    pass: (seconds) => void (time += seconds * 1000),
    submit: async (fields) =>
      test.request("POST", "/api/jobs", { body: { job_type: "echo", payload: { text: "hi" }, ...fields } }),
    view: async ({ json }) => (await test.request("GET", `/api/jobs/${String(json["job_id"])}`)).json,
    sweep: async () => superviseJobs(test.app, collectLog().sink),
    storageCalls() {
      const asked = calls;
      calls = [];
      return asked;
    },
    refuse(rowKeyPrefix) {
      refused = rowKeyPrefix;
    },
    loseMessage() {
      account.loseNewest(QUEUE_NAME);
    },
  };
}
