import type { App } from "../../../src/app.ts";
import { BATCH_STATUS_OF } from "../../../src/batches/batch-phases.ts";
import { cancelBatch } from "../../../src/batches/cancel-batch.ts";
import { readBatch } from "../../../src/batches/read-batch.ts";
import { regenerateItem } from "../../../src/batches/regenerate-item.ts";
import type { RegenerateItemCommand } from "../../../src/batches/regenerate-item.ts";
import { submitBatch } from "../../../src/batches/submit-batch.ts";
import { payloadOf } from "../batches/planned-batch.ts";
import type { PlannedBatch } from "../batches/planned-batch.ts";
import type { SeenBatch } from "../history/batches/batch-history.ts";
import { TRACEPARENT, WORKSPACE } from "./client/caller.ts";
import { ITEM_TYPE } from "./item-type.ts";

/** What a client may ask of batches, as the routes ask it of the use cases: the only file to change when those change. */

/** Returns the batch's id. Its name is its key: who asks again under it is told of the same batch. */
export async function submitBatchOf(app: App, plan: PlannedBatch): Promise<string> {
  const { batch } = await submitBatch(app, {
    workspaceId: WORKSPACE,
    items: plan.items.map((item) => ({
      ...{ key: item.key, dependsOn: item.dependsOn, jobType: ITEM_TYPE, wishes: {} },
      payload: payloadOf(item),
    })),
    policy: plan.policy,
    ...(plan.hasFinally && {
      finally: {
        jobType: ITEM_TYPE,
        wishes: {},
        payload: { text: `quick end of ${plan.name}`, varies: false, given: [] },
      },
    }),
    traceparent: TRACEPARENT,
    idempotencyKey: plan.name,
  });
  return batch.batchId;
}

/** As it is shown, with the jobs that are named in it. */
export async function readBatchOf(
  app: App,
  batchId: string,
): Promise<SeenBatch & { readonly jobIds: readonly string[] }> {
  const { batch, counts, items } = await readBatch(app, { workspaceId: WORKSPACE, batchId }, { limit: MOST_ITEMS });
  return {
    status: batch.phase === "gone" ? "gone" : BATCH_STATUS_OF[batch.phase],
    counts,
    items: new Map(items.map(({ key, status }) => [key, status])),
    jobIds: items.flatMap(({ jobId }) => jobId ?? []),
  };
}

const MOST_ITEMS = 1_000;

export async function regenerateItemOf(app: App, batchId: string, again: RunAgain): Promise<void> {
  await regenerateItem(app, { ref: { workspaceId: WORKSPACE, batchId }, ...again });
}

/** What is to run again, and whether what depends on it does too where that changes what it takes in. */
export type RunAgain = Pick<RegenerateItemCommand, "key" | "dependents">;

export async function cancelBatchOf(app: App, batchId: string): Promise<void> {
  await cancelBatch(app, { workspaceId: WORKSPACE, batchId });
}
