import { expect } from "@jest/globals";
import { submitBatchOf } from "../../actors/batch-doors.ts";
import type { PlannedBatch, PlannedItem } from "../../batches/planned-batch.ts";
import { checkBatchHistory } from "../../history/batches/check-batch-history.ts";
import { clearAccount, readRemains } from "../remains.ts";
import type { Stage } from "../stage.ts";

/** A batch that somebody has submitted, and that nobody has begun to load. */
export interface BatchOnStage {
  readonly batchId: string;
  /** How each item stands, by key, as its row says. */
  readonly statesOf: () => Readonly<Record<string, unknown>>;
  /** What must hold when all is over. The account is empty after it. */
  readonly judge: () => Promise<void>;
}

export function anItem(
  key: string,
  dependsOn: readonly string[] = [],
  mood: PlannedItem["mood"] = "quick",
): PlannedItem {
  return { key, dependsOn, mood, varies: false, takes: [], needs: undefined };
}

export async function putBatchOnStage(stage: Stage, plan: PlannedBatch): Promise<BatchOnStage> {
  const { log, account, successor } = stage;
  const batchId = await submitBatchOf(successor.app, plan);
  const heard = {
    at: 0,
    client: "client",
    commits: log.commits.length,
    name: plan.name,
    did: "heard",
    batchId,
  } as const;
  return {
    batchId,
    statesOf() {
      const rows = log.commits.flatMap(({ after }) => (after?.rowKey.startsWith("item|") ? [after] : []));
      return Object.fromEntries(rows.map((row) => [String(row["key"]), row["state"]]));
    },
    async judge() {
      const unseen = { clients: [], modelCalls: [], audits: [], surprises: [], troubles: [], stepsMs: 0 };
      const { commits, blobs } = log;
      const history = { ...unseen, commits, blobs, supervised: true, plans: [plan], batchEvents: [heard] };
      expect(checkBatchHistory(history)).toEqual([]);
      expect((await readRemains(account)).messages).toBe(0);
      await clearAccount(account);
    },
  };
}
