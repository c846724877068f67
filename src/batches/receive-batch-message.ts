import { batchEnvelopeSchema } from "../contract/batch-envelope.ts";
import type { BatchEnvelope } from "../contract/batch-envelope.ts";
import { keepMessage } from "../jobs/work/keep-message.ts";
import type { KeepMessageDeps } from "../jobs/work/keep-message.ts";
import { UNREADABLE_MESSAGE } from "../jobs/work/receive-message.ts";
import { textOf } from "../jobs/work/worker.ts";
import { logTo } from "../platform/log.ts";
import type { Log, LogSink } from "../platform/log.ts";
import { BATCHES } from "../platform/queue-table.ts";
import type { Shutdown } from "../platform/shutdown.ts";
import { advanceBatch } from "./advance-batch.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { handOff } from "./hand-off.ts";

export interface ReceiveBatchDeps extends BatchDeps, KeepMessageDeps {
  readonly shutdown: Shutdown;
}

/**
 * The function behind the queue of batches: looks at the batch that a message names, or tells it of an end that its job
 * could not. The rows decide; a message that comes twice, or late, finds it done.
 */
export function createBatchReceiver(deps: ReceiveBatchDeps): (message: unknown, sink: LogSink) => Promise<void> {
  const receive = async (message: unknown, log: Log): Promise<void> => {
    const parsed = batchEnvelopeSchema.safeParse(message);
    if (parsed.success) {
      await (parsed.data.kind === "batch" ? advance(deps, parsed.data, log) : carryOver(deps, parsed.data, log));
      return;
    }
    await keepMessage(deps, { capability: BATCHES, text: textOf(message), error: UNREADABLE_MESSAGE });
    log.error("message set aside", { code: UNREADABLE_MESSAGE.code }, undefined);
  };
  return async (message, sink) => deps.shutdown.track(receive(message, logTo(sink)));
}

/**
 * The function that reads the poison queue of batches, where the host puts a message whose function failed too often. The
 * wake-up rows are there still, and the supervisor rings by them: what names a batch may go.
 */
export function createBatchPoisonReader(deps: ReceiveBatchDeps): (message: unknown, sink: LogSink) => Promise<void> {
  return async (message, sink) => {
    const log = logTo(sink);
    const parsed = batchEnvelopeSchema.safeParse(message);
    if (!parsed.success)
      await keepMessage(deps, { capability: BATCHES, text: textOf(message), error: UNREADABLE_MESSAGE });
    log.error(parsed.success ? "batch put off" : "message set aside", parsed.data ?? {}, undefined);
  };
}

async function advance(
  deps: ReceiveBatchDeps,
  { workspace_id: workspaceId, batch_id: batchId, due_at: dueAt }: Extract<BatchEnvelope, { kind: "batch" }>,
  log: Log,
): Promise<void> {
  const stored = await advanceBatch(deps, { workspaceId, batchId });
  if (dueAt !== undefined && stored?.dueAt.toISOString() !== dueAt)
    await deps.batches.dropWakeUp({ workspaceId, batchId }, new Date(dueAt));
  log.info("batch advanced", { batch_id: batchId, phase: stored?.batch.phase });
}

async function carryOver(
  deps: ReceiveBatchDeps,
  name: Extract<BatchEnvelope, { kind: "hand_off" }>,
  log: Log,
): Promise<void> {
  const { workspace_id: workspaceId, job_id: jobId, operation_id: operationId } = name;
  const ended = await deps.handOffs.get({ workspaceId, jobId, operationId, dueAt: new Date(name.due_at) });
  const stored = ended && (await deps.batches.get(ended));
  const facts = { job_id: jobId, operation_id: operationId, batch_id: ended?.batchId };
  if (!ended) log.info("hand-off done before", facts);
  else if (!stored) {
    await deps.handOffs.drop(ended);
    log.info("hand-off to no batch", facts);
  } else {
    const { traceparent } = stored.batch;
    const isDone = await handOff(deps, ended, { budget: Infinity, traceparent });
    log.info(isDone ? "hand-off done" : "hand-off put off", facts);
  }
}
