import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import type { Priority } from "../../src/contract/submit-request.ts";
import { evolve } from "../../src/jobs/life/evolve.ts";
import type { JobEvent } from "../../src/jobs/life/job-event.ts";
import { createWorker, openWorkSource } from "../../src/jobs/work/worker.ts";
import { jobQueues } from "../../src/platform/queue-table.ts";
import { readSettings } from "../../src/platform/settings.ts";
import { createShutdown } from "../../src/platform/shutdown.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import { aJob } from "../support/a-job.ts";
import { echoProfile } from "../support/profiles.ts";
import { collectLog } from "../support/sinks.ts";
import { createTestApp } from "../support/test-app.ts";
import type { TestApp } from "../support/test-app.ts";

const QUEUE_OF = { high: "job-requests-high", normal: "job-requests", low: "job-requests-low" } as const;

interface Asked {
  readonly priority?: Priority;
  readonly jobType?: string;
  readonly text?: string;
}

async function submit(test: TestApp, { priority, jobType = "echo", text = "hi" }: Asked = {}): Promise<string> {
  const body = { job_type: jobType, payload: { text }, ...(priority && { priority }) };
  const { status, json } = await test.request("POST", "/api/jobs", { body });
  expect(status).toBe(202);
  return String(json["job_id"]);
}

/** Gives every message of these queues to its function at once, in the order of the queues, as if they had come so. */
async function receiveAll(test: TestApp, ...names: readonly string[]): Promise<Promise<void>[]> {
  const works: Promise<void>[] = [];
  for (const name of names) {
    const jobQueue = jobQueues(test.app.settings.JOB_QUEUES).find((candidate) => candidate.name === name);
    if (!jobQueue) throw new Error(`There is no queue "${name}"`);
    const worker = createWorker(test.app, openWorkSource(test.app.storage, jobQueue));
    for (let bodies = await test.peek(name); bodies.length > 0; bodies = await test.peek(name)) {
      expect(await test.drop(name)).toBe(bodies.length);
      works.push(...bodies.map(async (body) => worker(JSON.parse(body), collectLog().sink)));
    }
  }
  return works;
}

interface Watch {
  now: number;
  most: number;
  readonly ended: string[];
  /** Lets the jobs end that are at work, and all that follow. */
  open(): void;
}

/** A job type whose jobs stay at work until the test lets them end; says how many were at it at once, and in which order they ended. */
function watched(): { readonly profile: Profile; readonly watch: Watch } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const watch: Watch = { now: 0, most: 0, ended: [], open };
  const profile = echoProfile(async ({ payload }) => {
    watch.most = Math.max(watch.most, ++watch.now);
    await opened;
    watch.now--;
    watch.ended.push(payload.text);
    return payload;
  });
  return { profile, watch };
}

describe("priorities", () => {
  it("rings on the queue of the job's priority; it is normal if nobody says so (R-065)", async () => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    for (const priority of ["high", "normal", "low"] as const) await submit(test, { priority });
    await submit(test);
    const counts = await Promise.all(Object.values(QUEUE_OF).map(async (name) => test.countMessages(name)));
    expect(counts).toEqual([1, 2, 1]);
  });

  const steps = { steps: [] };
  const error = { code: "PROVIDER_UNAVAILABLE", message: "not now" } as const;
  const claimed: JobEvent = { type: "claimed", claimId: "c", leaseUntil: new Date() };
  const newOperation = { operationId: "op_1", profileVersion: 1, maxAttempts: 4, stepNames: [], traceparent: "t" };
  it.each<[string, JobEvent[]]>([
    ["is sent again by the supervisor", [{ type: "redispatched" }]],
    ["is tried again", [claimed, { type: "requeued", ...steps, error, retryAt: new Date(), counted: true }]],
    ["is released", [claimed, { type: "released", ...steps, counted: false }]],
    ["lost its worker", [claimed, { type: "lapsed" }]],
    [
      "begins anew",
      [
        { type: "gaveUp", error },
        { type: "regenerated", actor: "client", payload: { inline: {} }, ...newOperation },
      ],
    ],
  ])("keeps the priority of a job that %s", async (_, events) => {
    const test = await createTestApp({ profiles: [echoProfile()] });
    const job = events.reduce(
      (before, event) => evolve(before, event, new Date()),
      aJob({ phase: "queued", jobType: "echo", priority: "low" }),
    );
    await test.app.dispatch(job);
    const counts = await Promise.all(Object.values(QUEUE_OF).map(async (name) => test.countMessages(name)));
    expect(counts).toEqual([0, 0, 1]);
  });

  it("takes five of high priority before fifty of low that came first, with one permit; all end (R-065)", async () => {
    const { profile, watch } = watched();
    const test = await createTestApp({ profiles: [profile], environment: { WORKER_CONCURRENCY: "1" } });
    for (let number = 1; number <= 50; number++) await submit(test, { priority: "low", text: `low ${number}` });
    for (let number = 1; number <= 5; number++) await submit(test, { priority: "high", text: `high ${number}` });
    const works = await receiveAll(test, QUEUE_OF.low, QUEUE_OF.high);
    watch.open();
    await Promise.all(works);
    expect(watch.ended).toHaveLength(55);
    const [first, ...next] = watch.ended;
    expect(first).toMatch(/^low/); // It was at work when the others came.
    expect(next.slice(0, 5).every((text) => text.startsWith("high"))).toBe(true);
    expect(watch.most).toBe(1);
  });

  it("never works on more than N jobs at once, of four queues and ten messages in each (R-054, R-013)", async () => {
    const { profile, watch } = watched();
    const other = { ...profile, id: "other", capability: "images" };
    const test = await createTestApp({ profiles: [profile, other], environment: { WORKER_CONCURRENCY: "5" } });
    for (let number = 0; number < 10; number++)
      for (const jobType of ["echo", "other"])
        for (const priority of ["high", "low"] as const) await submit(test, { jobType, priority });
    const names = ["job-requests-high", "job-requests-low", "job-images-high", "job-images-low"];
    const works = await receiveAll(test, ...names);
    expect(works).toHaveLength(40);
    watch.open();
    await Promise.all(works);
    expect([watch.ended.length, watch.most]).toEqual([40, 5]);
  });

  it("gives the permit back whatever becomes of the message", async () => {
    const test = await createTestApp({ profiles: [echoProfile()], environment: { WORKER_CONCURRENCY: "1" } });
    await submit(test);
    const [message] = await test.peek(QUEUE_OF.normal);
    const [jobQueue] = jobQueues(test.app.settings.JOB_QUEUES);
    if (!jobQueue) throw new Error("There is no queue");
    const queues = openWorkSource(test.app.storage, jobQueue);
    const get = async (): Promise<never> => {
      throw new Error("no");
    };
    const failing = createWorker({ ...test.app, jobs: { ...test.app.jobs, get } }, queues);
    const { sink, lines } = collectLog();
    for (let time = 0; time < 3; time++) await expect(failing(JSON.parse(message ?? ""), sink)).rejects.toThrow("no");
    await createWorker(test.app, queues)(JSON.parse(message ?? ""), sink);
    expect(lines).toEqual([expect.stringMatching(/^info job done/)]);
  });

  it("waits for its permit before it claims, and puts the message back when the process is told to end", async () => {
    const shutdown = createShutdown({ graceMs: 0 });
    const test = await createTestApp({ profiles: [echoProfile()], environment: { WORKER_CONCURRENCY: "1" } });
    const held = await test.app.permits.take("normal", shutdown.begun);
    const jobId = await submit(test);
    const [work] = await receiveAll({ ...test, app: { ...test.app, shutdown } }, QUEUE_OF.normal);
    expect(await test.countMessages(QUEUE_OF.normal)).toBe(0);
    await shutdown.begin();
    await work;
    expect(await test.peek(QUEUE_OF.normal)).toHaveLength(1);
    const ref = { workspaceId: "default", jobId };
    expect((await test.app.jobs.require(ref)).job).toMatchObject({ phase: "queued", version: 1, attempt: 0 });
    held?.giveBack();
    await test.deliver(QUEUE_OF.normal);
    expect((await test.app.jobs.require(ref)).job.phase).toBe("done");
  });
});

describe("host.json and the settings", () => {
  const host = JSON.parse(readFileSync("host.json", "utf8")) as {
    readonly extensions: { readonly queues: Readonly<Record<string, unknown>> };
  };
  const { batchSize, newBatchThreshold, messageEncoding } = host.extensions.queues;
  const settings = readSettings({ AzureWebJobsStorage: "x", OPENAI_API_KEY: "none" });

  it("agree on how much one instance does: one queue can keep it busy, and holds few messages back (R-055)", () => {
    const atOnce = Number(batchSize) + Number(newBatchThreshold);
    expect(atOnce).toBeGreaterThanOrEqual(settings.WORKER_CONCURRENCY);
    expect(atOnce).toBeLessThanOrEqual(settings.WORKER_CONCURRENCY * 1.5);
  });

  it("agree on how a message is written", async () => {
    expect(messageEncoding).toBe("base64");
    const test = await createTestApp({ profiles: [echoProfile()] });
    const jobId = await submit(test);
    const [text] = await test.peek(QUEUE_OF.normal); // read as base64
    expect(JSON.parse(text ?? "")).toMatchObject({ job_id: jobId });
  });
});
