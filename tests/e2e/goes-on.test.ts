import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { startHostProcess } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { answerText, startModelServer } from "../support/model-server.ts";
import type { ModelServer } from "../support/model-server.ts";
import { takeStorageAccount } from "../support/storage-account.ts";

type View = Readonly<Record<string, unknown>>;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** The steps whose questions the model leaves without an answer. */
let silentOn: ReadonlySet<string>;
let model: ModelServer;
let environment: Readonly<Record<string, string>>;
beforeEach(async () => {
  silentOn = new Set();
  model = await startModelServer((response, question) => {
    const { instructions: step } = question.body;
    if (!silentOn.has(step)) answerText(`answer ${step}`)(response, question);
  });
  cleanups.push(async () => model.stop());
  environment = { AzureWebJobsStorage: takeStorageAccount(), OPENAI_BASE_URL: `${model.origin}/v1` };
});

/** What the model was asked so far, by step. */
const asked = () => model.questions.map(({ body }) => body.instructions);

async function host(fields: Readonly<Record<string, string>> = {}, queueVisibility?: string): Promise<HostProcess> {
  const options = { app: "tests/fixtures/apps/pipeline", ...(queueVisibility && { queueVisibility }) };
  const started = await startHostProcess({ ...environment, ...fields }, options);
  cleanups.push(async () => started.stop());
  return started;
}

async function submit(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ job_type: "pipeline", payload: { text: "question" } }),
  });
  expect(answer.status).toBe(202);
  return `/api/jobs/${((await answer.json()) as { job_id: string }).job_id}`;
}

async function until(url: string, holds: (job: View) => boolean): Promise<View> {
  for (;;) {
    const job = (await (await fetch(`${url}?wait=1`)).json()) as View;
    if (holds(job)) return job;
  }
}

/** From the signal on a host takes no connection. */
async function untilClosed(url: string): Promise<void> {
  const isOpen = async () =>
    fetch(url, { headers: { connection: "close" } }).then(
      () => true,
      () => false,
    );
  while (await isOpen()); // Each turn is a request.
}

const hasEnded = ({ status }: View) => status === "completed" || status === "failed";
const stepOf = (job: View, name: string) =>
  (job["steps"] as readonly { name: string; status: string }[]).find((step) => step.name === name);

const complete = (attempts: readonly number[]) => ({
  status: "completed",
  progress: { fraction: 1 },
  result: {
    text: "answer three",
    artifacts: [{}, { name: "one.txt" }, { name: "two.txt" }, { name: "three.txt" }],
  },
  usage: { calls: 3, input_tokens: 33, output_tokens: 21 },
  steps: ["one", "two", "three"].map((name, index) => ({ name, status: "completed", attempt: attempts[index] })),
});

describe("a job whose host ends", () => {
  it("goes on in the middle of a step after a kill: no finished step runs again (P9, R-057, R-106)", async () => {
    silentOn = new Set(["two"]);
    const first = await host();
    const path = await submit(first.url);
    await until(first.url + path, () => asked().includes("two"));
    await first.kill();
    silentOn = new Set();

    const second = await host();
    const job = await until(second.url + path, hasEnded);
    expect(job).toMatchObject({ ...complete([1, 2, 2]), attempt: 2 });
    expect(asked()).toEqual(["one", "two", "two", "three"]);
  });

  it("goes on between two steps after a kill", async () => {
    silentOn = new Set(["three"]);
    const first = await host();
    const path = await submit(first.url);
    // The row says that two has finished: whether three has begun by now makes no difference to what is kept.
    await until(first.url + path, (job) => stepOf(job, "two")?.status === "completed");
    await first.kill();
    silentOn = new Set();

    const second = await host();
    const job = await until(second.url + path, hasEnded);
    expect(job).toMatchObject({ ...complete([1, 1, 2]), attempt: 2 });
    expect(asked().filter((step) => step !== "three")).toEqual(["one", "two"]);
  });

  it.each([
    ["when its own grace is over", "2"],
    ["when the host's patience is over before its own", "600"],
  ])("is handed over by a host that is stopped, %s, and no attempt is counted (R-058, K16)", async (_, grace) => {
    silentOn = new Set(["two"]);
    // Neither the lease nor the message of the first host can run out during the test.
    const patient = { LEASE_SECONDS: "600", SHUTDOWN_GRACE_SECONDS: grace };
    const first = await host(patient, "00:10:00");
    const path = await submit(first.url);
    await until(first.url + path, () => asked().includes("two"));
    const second = await host({ ...patient, "AzureWebJobs.work-documents.Disabled": "true" });

    const stopped = performance.now();
    await first.stop();
    const tookMs = performance.now() - stopped;
    expect(await until(second.url + path, () => true)).toMatchObject({ status: "accepted", attempt: 0 });
    silentOn = new Set();
    const third = await host(patient, "00:10:00");
    const job = await until(third.url + path, hasEnded);
    expect(job).toMatchObject({ ...complete([1, 1, 1]), attempt: 1 });
    expect(asked()).toEqual(["one", "two", "two", "three"]);
    expect(tookMs).toBeLessThan(6000);
  });

  it("ends the step it is in when that fits the grace, and begins no other", async () => {
    const answers: (() => void)[] = [];
    await model.stop();
    const slow = await startModelServer((response, question) => {
      const answer = () => {
        answerText(`answer ${question.body.instructions}`)(response, question);
      };
      if (question.body.instructions === "two") answers.push(answer);
      else answer();
    });
    cleanups.push(async () => slow.stop());
    environment = { ...environment, OPENAI_BASE_URL: `${slow.origin}/v1`, LEASE_SECONDS: "600" };
    const first = await host({}, "00:10:00");
    const path = await submit(first.url);
    await until(first.url + path, () => answers.length > 0);

    const stopping = first.stop();
    await untilClosed(first.url);
    answers.forEach((answer) => {
      answer();
    });
    await stopping;
    const second = await host({}, "00:10:00");
    const job = await until(second.url + path, hasEnded);
    expect(job).toMatchObject({ ...complete([1, 1, 1]), attempt: 1 });
    expect(slow.questions.map(({ body }) => body.instructions)).toEqual(["one", "two", "three"]);
  });
});
