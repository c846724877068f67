import { describe, expect } from "@jest/globals";
import { deleteJob } from "../../../src/jobs/delete-job.ts";
import { checkConsistency } from "../../../src/operations/check-consistency.ts";
import { newToken } from "../../../src/platform/ids.ts";
import { collectLog } from "../../support/sinks.ts";
import type { Flow } from "./flow.ts";
import { itHoldsWhenKilled } from "./kill-matrix.ts";
import { PARTS_TYPE } from "./parts-type.ts";
import { clearAccount, readRemains } from "./remains.ts";
import type { Stage } from "./stage.ts";

/**
 * A worker claims a job and leads it to its end; the task hub is its own and is lost with it, which is the worst that can
 * happen to one. Whoever comes after it goes on from the rows.
 */
const runOfJobInParts: Flow = {
  leastCalls: 25,
  async begin(stage) {
    const text = `${newToken()} ${newToken()}`;
    const request = { ...stage.client.newRequest(), jobType: PARTS_TYPE.id, payload: { text } };
    await stage.successor.submit(request);
    const order = { act: "receive" as const, input: await stage.successor.take() };
    return { order, judge: async () => judge(stage, text) };
  },
};

/** What must hold however it went: the result is that of a run without faults, and nothing was done that was recorded. */
async function judge(stage: Stage, text: string): Promise<void> {
  const [job, ...others] = stage.jobs();
  expect(others).toEqual([]);
  expect(job).toMatchObject({ phase: "done", result: { inline: { text } } });
  expect(job?.attempt).toBeLessThanOrEqual(2);
  const artifact = job?.phase === "done" ? job.artifacts.find(({ name }) => name === "part-0.txt") : undefined;
  const stored = await stage.successor.app.content.get(artifact?.blob ?? "");
  expect(stored?.toString().trimEnd()).toBe(text.split(" ")[0]);
  for (const [index, word] of text.split(" ").entries()) checkPart(stage, index, word);
  await checkRemains(stage);
}

/** Asked once for each try at most, and never again when its outcome stands; which nobody changes. */
function checkPart({ log, model }: Stage, index: number, word: string): void {
  const commits = log.commits.filter(
    ({ before, after }) => (after ?? before)?.rowKey.startsWith("part|") && (after ?? before)?.["index"] === index,
  );
  const tries = Math.max(...commits.map(({ after }) => Number(after?.["attempt"] ?? 0)));
  const asked = model.questions.filter(({ body }) => body.input === word).length;
  expect({ index, isTooOften: asked > tries }).toEqual({ index, isTooOften: false });
  const changes = commits.filter(({ before, after }) => before?.["status"] === "done" && after !== undefined);
  expect(changes).toEqual([]);
}

/** Whoever dies right behind the end leaves parts, which the daily check finds. */
async function checkRemains({ account, successor, jobs }: Stage): Promise<void> {
  const hasParts = (await readRemains(account)).rows.some((key) => key.startsWith("part|"));
  if (hasParts) await checkConsistency(successor.app, { sink: collectLog().sink, withinMs: 60_000 });
  const { rows, messages } = await readRemains(account);
  expect({ kinds: [...new Set(rows.map((key) => key.split("|")[0]))].sort(), messages }).toEqual({
    kinds: ["due", "hist", "job"],
    messages: 0,
  });
  for (const job of jobs()) await deleteJob(successor.app, job);
  expect((await readRemains(account)).blobs).toEqual([]);
  await clearAccount(account);
}

describe("the run of a job that an orchestration leads", () => {
  itHoldsWhenKilled("ends the job once, with the result of a run without faults", runOfJobInParts);
});
