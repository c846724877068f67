import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TableClient } from "@azure/data-tables";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { until } from "../local/host/support/until.ts";
import { startHostProcess } from "../support/host-process.ts";
import type { HostProcess } from "../support/host-process.ts";
import { answerError, answerText, startModelServer } from "../support/model-server.ts";
import type { AskedQuestion, ModelServer } from "../support/model-server.ts";
import { takeStorageAccount } from "../support/storage-account.ts";

type View = Readonly<Record<string, unknown>>;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A question about a part of the document waits here until the test has it answered. */
interface Held {
  readonly input: string;
  answer(how?: typeof answerPart): void;
}

const SAID = "The part says something.";
const answerPart = answerText(`- ${SAID}`);
let held: Held[];
let isHolding: boolean;
let model: ModelServer;
let environment: Readonly<Record<string, string>>;
let state: string;
beforeEach(async () => {
  held = [];
  isHolding = true;
  model = await startModelServer((response, question) => {
    if (isHolding) held.push(holding(response, question));
    else answerPart(response, question);
  });
  state = await mkdtemp(join(tmpdir(), "millrace-hub-"));
  cleanups.push(
    async () => model.stop(),
    async () => rm(state, { recursive: true, force: true }),
  );
  environment = {
    AzureWebJobsStorage: takeStorageAccount(),
    OPENAI_BASE_URL: `${model.origin}/v1`,
    ORCHESTRATION_LEASE_SECONDS: "4",
    SUPERVISE_SCHEDULE: "* * * * * *",
  };
});

function holding(response: ServerResponse, question: AskedQuestion): Held {
  return {
    input: question.body.input,
    answer(how = answerPart) {
      how(response, question);
    },
  };
}

async function host(folder = state): Promise<HostProcess> {
  const started = await startHostProcess(environment, { state: folder });
  cleanups.push(async () => started.stop());
  return started;
}

/** Whatever a client reads: the addresses that rule the task hub are in none of it. */
async function ask(url: string, init?: RequestInit): Promise<View> {
  const response = await fetch(url, init);
  const text = await response.text();
  expect([...response.headers].join("\n") + text).not.toContain("/runtime/webhooks");
  return JSON.parse(text) as View;
}

async function submit(url: string): Promise<string> {
  const headers = { "content-type": "application/pdf" };
  const body = new Uint8Array(await readFile("samples/fhs-3.0.pdf"));
  const { file_id } = await ask(`${url}/api/files`, { method: "POST", headers, body });
  const { job_id } = await ask(`${url}/api/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ job_type: "summarize-pdf", payload: { document: { file_id } } }),
  });
  return `/api/jobs/${String(job_id)}`;
}

async function untilJob(url: string, holds: (job: View) => boolean): Promise<View> {
  for (;;) {
    const job = await ask(`${url}?wait=1`);
    if (holds(job)) return job;
  }
}

const hasEnded = ({ status }: View) => !["accepted", "running"].includes(String(status));
const messageOf = (job: View) => String((job["progress"] as View)["message"]);
const stepOf = (job: View, name: string) => (job["steps"] as readonly View[]).find((step) => step["name"] === name);
const askedFor = (input: string) => model.questions.filter(({ body }) => body.input === input).length;
/** What was asked about parts: the merge asks about the parts' summaries. */
const parts = () => new Set(model.questions.map(({ body }) => body.input).filter((input) => !input.includes(SAID)));

function answerAll(): void {
  isHolding = false;
  for (const question of held.splice(0)) question.answer();
}

async function countRows(kind: string): Promise<number> {
  const table = TableClient.fromConnectionString(environment["AzureWebJobsStorage"] ?? "", "millracejobs", {
    allowInsecureConnection: true,
  });
  let rows = 0;
  for await (const { rowKey } of table.listEntities()) if (rowKey?.startsWith(`${kind}|`)) rows += 1;
  return rows;
}

describe("an orchestrated job", () => {
  it("works on the parts of a document side by side, tells how many are done, and merges them (R-056)", async () => {
    const { url } = await host();
    const path = await submit(url);
    await until(() => held.length === 4, "four parts to be with the model");
    expect(stepOf(await ask(url + path), "split")).toMatchObject({ status: "completed" });
    for (const question of held.splice(0, 3)) question.answer();
    const job = await untilJob(url + path, (view) => messageOf(view).startsWith("3 of "));
    expect(job).toMatchObject({ status: "running", progress: { step: "summarize" }, usage: { calls: 3 } });
    answerAll();

    const ended = await untilJob(url + path, hasEnded);
    expect(ended).toMatchObject({ status: "completed", attempt: 1, progress: { fraction: 1 } });
    const asked = model.questions.length;
    expect(parts().size).toBeGreaterThan(6);
    expect(asked).toBe(parts().size + 1);
    expect(ended["usage"]).toMatchObject({ calls: asked, input_tokens: 11 * asked, output_tokens: 7 * asked });
    expect([await countRows("part"), await countRows("job")]).toEqual([0, 1]);
  });

  it("stops in the middle when it is cancelled: what is asked is given up, and nothing more is asked", async () => {
    const { url } = await host();
    const path = await submit(url);
    await until(() => held.length === 4, "four parts to be with the model");
    held.shift()?.answer();
    await until(() => held.length === 4, "the next part");
    const cancelled = await ask(`${url}${path}/cancel`, { method: "POST" });
    expect(cancelled).toMatchObject({ status: "cancelled" });
    answerAll();
    await until(async () => (await countRows("part")) === 0, "the parts to go");
    expect(model.questions).toHaveLength(5);
    expect(await ask(url + path)).toMatchObject({ status: "cancelled", version: cancelled["version"] });
  });

  it("tries a part again alone that fails, and none beside it", async () => {
    const { url } = await host();
    const path = await submit(url);
    const [flaky] = await until(() => (held.length === 4 ? held : undefined), "four parts to be with the model");
    const input = flaky?.input ?? "";
    for (let failures = 0; failures < 2; failures++) {
      const question = await until(() => held.find((other) => other.input === input), "the part that fails");
      held.splice(held.indexOf(question), 1);
      question.answer(answerError(503));
    }
    answerAll();
    const job = await untilJob(url + path, hasEnded);
    expect(job).toMatchObject({ status: "completed", attempt: 1 });
    expect(stepOf(job, "summarize")).toMatchObject({ status: "completed", attempt: 1 });
    for (const part of parts()) expect(askedFor(part)).toBe(part === input ? 3 : 1);
  });

  it("goes on in the task hub after its host was killed: what is done is not done again (R-057)", async () => {
    const first = await host();
    const path = await submit(first.url);
    await until(() => held.length === 4, "four parts to be with the model");
    for (const question of held.splice(0, 3)) question.answer();
    const before = await untilJob(first.url + path, (view) => messageOf(view).startsWith("3 of "));
    expect(before).toMatchObject({ attempt: 1 });
    const done = new Set(model.questions.slice(0, 4).map(({ body }) => body.input));
    const [left = ""] = held.map(({ input }) => input).filter((input) => done.has(input));
    await first.kill();
    answerAll();

    const second = await host();
    const job = await untilJob(second.url + path, hasEnded);
    expect(job).toMatchObject({ status: "completed", attempt: 1 });
    for (const part of done) expect(askedFor(part)).toBe(part === left ? 2 : 1);
  });

  it("begins a new orchestration behind what is done when the task hub is lost (R-119)", async () => {
    const first = await host();
    const path = await submit(first.url);
    await until(() => held.length === 4, "four parts to be with the model");
    for (const question of held.splice(0, 3)) question.answer();
    await untilJob(first.url + path, (view) => messageOf(view).startsWith("3 of "));
    const done = model.questions.slice(0, 4).map(({ body }) => body.input);
    await first.kill();
    answerAll();

    const second = await host(`${state}-anew`);
    cleanups.push(async () => rm(`${state}-anew`, { recursive: true, force: true }));
    const job = await untilJob(second.url + path, hasEnded);
    expect(job).toMatchObject({ status: "completed", attempt: 2 });
    expect(stepOf(job, "extract")).toMatchObject({ attempt: 1 });
    expect(done.map(askedFor).sort()).toEqual([1, 1, 1, 2]);
    const { value } = await ask(`${second.url}${path}/history`);
    const events = (value as readonly View[]).map(({ event }) => event);
    expect(events).toEqual(["completed", "claimed", "lapsed", "claimed", "accepted"]);
  });
});
