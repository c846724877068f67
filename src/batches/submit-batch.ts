import type { Policy } from "../contract/batch-request.ts";
import type { Job } from "../jobs/life/job.ts";
import { findEarlier, idempotencyKeyOfRequest, placeBesideKey } from "../jobs/store/idempotency.ts";
import type { IdempotencyKey } from "../jobs/store/idempotency.ts";
import type { RingForBatch } from "../jobs/supervision/ring-batch.ts";
import type { Container } from "../platform/blobs.ts";
import type { Clock } from "../platform/clock.ts";
import { hasCode } from "../platform/errors.ts";
import { newId, newToken } from "../platform/ids.ts";
import type { BatchKeyRecord, BatchStore } from "./batch-store.ts";
import type { Batch } from "./batch.ts";
import { ALL_ITEMS, checkItems } from "./check-items.ts";
import type { AskedItem, CheckItemsDeps } from "./check-items.ts";
import { buildGraph } from "./graph.ts";
import { batchFolder, storePlan } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { ringFor } from "./ring-for.ts";

export interface SubmitBatchDeps extends CheckItemsDeps {
  readonly batches: BatchStore;
  readonly content: Container;
  readonly ringForBatch: RingForBatch;
  readonly clock: Clock;
  readonly retention: Job["retention"];
}

type AskedJob = Pick<AskedItem, "jobType" | "wishes" | "payload">;

export interface SubmitBatchCommand {
  readonly workspaceId: string;
  readonly items: readonly (AskedJob & { readonly key: string; readonly dependsOn: readonly string[] })[];
  readonly policy: Policy;
  readonly finally?: AskedJob | undefined;
  readonly traceparent: string;
  /** Nobody, if the request did not say. */
  readonly submittedBy?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface SubmittedBatch {
  readonly batch: Batch;
  /** The key was used before for the same request: this is the batch it made then. */
  readonly replayed: boolean;
  /** Why the batch's message could not be put just now: a matter for the log, since the supervisor will put it. */
  readonly unsent?: unknown;
}

/**
 * Accepts a batch: checks everything, stores the request as one document, writes the batch's row, then puts the message;
 * the rows of its items are made of the document after that. Returning is the promise that all of them will end; nothing
 * is stored on a refusal.
 *
 * @throws MillraceError GRAPH_TOO_LARGE, DUPLICATE_KEY, UNKNOWN_DEPENDENCY, DEPENDENCY_CYCLE, VALIDATION_FAILED with
 * `errors`, IDEMPOTENCY_MISMATCH, STORAGE_UNAVAILABLE
 */
export async function submitBatch(deps: SubmitBatchDeps, command: SubmitBatchCommand): Promise<SubmittedBatch> {
  const key = idempotencyKeyOfRequest(command);
  const earlier = key && (await replay(deps, key));
  if (earlier) return earlier;
  const plan = await planOf(deps, command);
  const now = deps.clock.now();
  const newest = newId("batch", now);
  const batchId = key ? placeBesideKey(newest, key.keyDigest) : newest;
  const batch: Batch = {
    workspaceId: command.workspaceId,
    batchId,
    phase: "loading",
    policy: command.policy,
    items: plan.items.length,
    plan: `${batchFolder({ ...command, batchId })}/${newToken()}.json`,
    hasFinally: plan.finally !== undefined,
    ...(key && { keyDigest: key.keyDigest }),
    traceparent: command.traceparent,
    retentionDays: deps.retention.days,
    version: 1,
    last: { version: 1, event: "accepted", actor: "client" },
    createdAt: now,
    updatedAt: now,
  };
  await storePlan(deps.content, batch.plan, plan);
  const winner = await write(deps, batch, key && { ...key, batchId });
  return winner ?? { batch, replayed: false, ...(await ringFor(deps, batch)) };
}

/**
 * Checks a request as its submission would, and stores nothing.
 *
 * @throws MillraceError as `submitBatch()` would
 */
export async function checkBatch(deps: CheckItemsDeps, command: SubmitBatchCommand): Promise<void> {
  await planOf(deps, command);
}

/** Writes the batch; or returns what the same request has made before, and then leaves nothing of this one. */
async function write(
  deps: SubmitBatchDeps,
  batch: Batch,
  key: BatchKeyRecord | undefined,
): Promise<SubmittedBatch | undefined> {
  try {
    await deps.batches.create(batch, key);
    return undefined;
  } catch (thrown) {
    // Only a conflict says that nothing was written: after another failure the row may stand, and need its document.
    if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
    // And it can be with somebody who wrote behind this very write, whose answer was lost: then the batch is there.
    if (await deps.batches.get(batch)) return undefined;
    const winner = key && (await replay(deps, key));
    await deps.content.delete(batch.plan);
    if (winner) return winner;
    throw thrown;
  }
}

async function planOf(deps: CheckItemsDeps, command: SubmitBatchCommand): Promise<Plan> {
  const { items, workspaceId, submittedBy } = command;
  const sender = submittedBy ? { submittedBy } : {};
  const { parents } = buildGraph(items);
  const asked = items.map((item, index): AskedItem => ({
    ...item,
    pointer: `/items/${index}`,
    sources: item.dependsOn,
  }));
  const last = command.finally && { ...command.finally, pointer: "/finally", sources: [ALL_ITEMS] };
  const takes = await checkItems(deps, workspaceId, last ? [...asked, last] : asked);
  return {
    items: items.map(({ key, jobType, wishes, payload }, index) => ({
      ...{ key, jobType, wishes: { ...wishes, ...sender }, payload },
      takes: takes[index] ?? [],
      parents: [...(parents[index] ?? [])],
    })),
    ...(last && {
      finally: {
        ...{ key: "finally", jobType: last.jobType, wishes: { ...last.wishes, ...sender }, payload: last.payload },
        takes: takes[items.length] ?? [],
      },
    }),
  };
}

async function replay({ batches }: SubmitBatchDeps, key: IdempotencyKey): Promise<SubmittedBatch | undefined> {
  const earlier = await findEarlier(batches, key);
  // One that goes has left its key in the same write.
  return earlier && earlier.batch.phase !== "gone" ? { batch: earlier.batch, replayed: true } : undefined;
}
