import { readFileSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { OrchestrationHandler } from "durable-functions";
import { runJob } from "../../../src/jobs/orchestration/orchestrators/run-job.ts";
import { RUN_JOB, RUN_LANE } from "../../../src/jobs/orchestration/plan.ts";
import { expectToFit, replay } from "../../support/fitting-histories.ts";
import { startHostProcess } from "../../support/host-process.ts";
import { readHubHistories } from "../../support/hub-histories.ts";
import type { RecordedHistory } from "../../support/hub-histories.ts";
import { keepHistories } from "../../support/keep-histories.ts";
import { answerError, answerText, startModelServer } from "../../support/model-server.ts";
import { takeStorageAccount } from "../../support/storage-account.ts";

/**
 * Histories of each version of the orchestrators, recorded when it was new. To record those of a new version:
 * `RECORD_HISTORIES=v2 npm test -- dist/tests/jobs/orchestration/replay`. Never to make the test of an old one pass.
 */
const FIXTURES = "tests/fixtures/histories";

const recordings = readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".json"))
  .map((path) => [path, JSON.parse(readFileSync(join(FIXTURES, path), "utf8")) as RecordedHistory] as const);

describe("the orchestrators of today", () => {
  it.each(recordings)("go through %s as it was recorded", async (_, recorded) => {
    await expectToFit(recorded);
  });

  it("would be caught if they asked for something else, or in another order", async () => {
    const [, recorded] = recordings.find(([, { name }]) => name === RUN_JOB) ?? [];
    if (!recorded) throw new Error("There is no recorded history of a job");
    const otherFirst: OrchestrationHandler = function* (context) {
      yield context.df.callSubOrchestrator(RUN_LANE, {});
      return yield* runJob(context);
    };
    const timerFirst: OrchestrationHandler = function* (context) {
      yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1000));
      return yield* runJob(context);
    };
    for (const changed of [otherFirst, timerFirst]) {
      const last = (await replay(recorded, changed)).at(-1);
      expect(last?.completion).toMatchObject({ status: "Failed", isNonDeterministic: true });
    }
  });

  it("go through what the host records of them today", async () => {
    const recorded = await recordHistories();
    expect(recorded.map(({ name }) => name).sort()).toEqual([RUN_JOB, ...Array<string>(4).fill(RUN_LANE)]);
    const timers = recorded.flatMap(({ history }) => history.filter(({ EventType }) => EventType === 10));
    expect(timers).toHaveLength(2);
    for (const history of recorded) await expectToFit(history);
    const version = process.env["RECORD_HISTORIES"];
    if (version) await keep(recorded, join(FIXTURES, version));
  });
});

/** A document in parts, of which one fails twice. */
async function recordHistories(): Promise<RecordedHistory[]> {
  const state = await mkdtemp(join(tmpdir(), "millrace-hub-"));
  const failing = new Map<string, number>();
  const model = await startModelServer((response, question) => {
    const { input } = question.body;
    if (failing.size === 0) failing.set(input, 2);
    const left = failing.get(input) ?? 0;
    failing.set(input, left - 1);
    (left > 0 ? answerError(503) : answerText("- The part says something."))(response, question);
  });
  const account = { AzureWebJobsStorage: takeStorageAccount(), OPENAI_BASE_URL: `${model.origin}/v1` };
  const host = await startHostProcess(account, { state });
  try {
    const job = await submit(host.url);
    while (!["completed", "failed"].includes(await statusOf(job)));
    expect(await statusOf(job)).toBe("completed");
    // The job has ended before its orchestration hears of it.
    while (!(await runtimeStatuses(host.url)).every((status) => status === "Completed"));
  } finally {
    await host.stop();
    await model.stop();
  }
  const recorded = await readHubHistories(state);
  await rm(state, { recursive: true });
  return recorded;
}

async function submit(url: string): Promise<string> {
  const headers = { "content-type": "application/pdf" };
  const body = new Uint8Array(await readFile("samples/fhs-3.0.pdf"));
  const uploaded = await fetch(`${url}/api/files`, { method: "POST", headers, body });
  const { file_id } = (await uploaded.json()) as { file_id: string };
  const submitted = await fetch(`${url}/api/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ job_type: "summarize-pdf", payload: { document: { file_id } } }),
  });
  return `${url}/api/jobs/${((await submitted.json()) as { job_id: string }).job_id}`;
}

async function statusOf(job: string): Promise<string> {
  return ((await (await fetch(`${job}?wait=5`)).json()) as { status: string }).status;
}

async function runtimeStatuses(url: string): Promise<string[]> {
  const instances = await fetch(`${url}/runtime/webhooks/durabletask/instances`);
  return ((await instances.json()) as { runtimeStatus: string }[]).map(({ runtimeStatus }) => runtimeStatus);
}

/** The job, the lane with the part that failed, and one without. */
async function keep(recorded: readonly RecordedHistory[], folder: string): Promise<void> {
  const hasTimer = ({ history }: RecordedHistory) => history.some(({ EventType }) => EventType === 10);
  const lanes = recorded.filter(({ name }) => name === RUN_LANE);
  await keepHistories(folder, {
    "run-job": recorded.find(({ name }) => name === RUN_JOB),
    "run-lane": lanes.find((lane) => !hasTimer(lane)),
    "run-lane-with-retries": lanes.find(hasTimer),
  });
}
