import { expect } from "@jest/globals";
import type { OrchestrationHandler } from "durable-functions";
import { runJob } from "../../src/jobs/orchestration/orchestrators/run-job.ts";
import { runLane } from "../../src/jobs/orchestration/orchestrators/run-lane.ts";
import { runPoll } from "../../src/jobs/orchestration/orchestrators/run-poll.ts";
import { RUN_JOB, RUN_LANE, RUN_POLL, RUN_STEP } from "../../src/jobs/orchestration/plan.ts";
import type { OrchestratorFunction } from "../local/host/durable/replay/sdk/sdk-orchestrator.ts";
import type { RecordedHistory } from "./hub-histories.ts";
import { replayHistory } from "./replay-history.ts";
import type { Replayed } from "./replay-history.ts";

const ORCHESTRATORS: Readonly<Record<string, OrchestrationHandler>> = {
  [RUN_JOB]: runJob,
  [RUN_LANE]: runLane,
  [RUN_POLL]: runPoll,
};

/** Runs today's orchestrator of this name, or another, against each beginning of the history. */
export async function replay(recorded: RecordedHistory, run = ORCHESTRATORS[recorded.name]): Promise<Replayed[]> {
  const functionNames = { orchestrator: Object.keys(ORCHESTRATORS), activity: [RUN_STEP] };
  return replayHistory(recorded, { run: run as unknown as OrchestratorFunction, functionNames });
}

/** Every beginning of it fits, and the whole of it ends as it did. */
export async function expectToFit(recorded: RecordedHistory): Promise<void> {
  const replayed = await replay(recorded);
  const last = replayed.pop();
  expect(last).toMatchObject({ completion: { status: "Completed", output: "ended" }, decisions: [] });
  for (const { completion, decisions, recorded: then } of replayed) {
    expect(completion).toBeUndefined();
    expect(
      decisions.map((decision) => ({ id: decision.id, name: "name" in decision ? decision.name : undefined })),
    ).toEqual(then);
  }
}
