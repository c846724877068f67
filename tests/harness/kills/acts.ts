import { QueueClient } from "@azure/storage-queue";
import { withOrchestrations } from "../../../src/app.ts";
import type { App } from "../../../src/app.ts";
import { createBatchReceiver } from "../../../src/batches/receive-batch-message.ts";
import { replayDeadLetter } from "../../../src/dead-letters/replay-dead-letter.ts";
import type { ReplayCommand } from "../../../src/dead-letters/replay-dead-letter.ts";
import { cancelJob } from "../../../src/jobs/cancel.ts";
import type { CancelCommand } from "../../../src/jobs/cancel.ts";
import type { Job } from "../../../src/jobs/life/job.ts";
import { regenerateJob } from "../../../src/jobs/regenerate.ts";
import type { RegenerateCommand } from "../../../src/jobs/regenerate.ts";
import { submitJob } from "../../../src/jobs/submit.ts";
import type { SubmitCommand } from "../../../src/jobs/submit.ts";
import { superviseJobs } from "../../../src/jobs/supervision/supervise.ts";
import type { Swept } from "../../../src/jobs/supervision/supervise.ts";
import { createWorker } from "../../../src/jobs/work/worker.ts";
import type { LogSink } from "../../../src/platform/log.ts";
import { createTaskHub } from "../../support/task-hub.ts";
import type { ToldJob } from "./client.ts";
import { JOB_TYPE } from "./job-type.ts";

/** The queue that all jobs travel through here. */
export const QUEUE_NAME = "job-requests";
/** The one by which batches are rung for. */
export const BATCH_QUEUE_NAME = "batch-requests";
export const QUEUE_NAMES = [BATCH_QUEUE_NAME, QUEUE_NAME];

/** A message that was taken from the queue, and that nobody else sees for now. */
export interface TakenMessage {
  readonly queue: string;
  readonly id: string;
  readonly receipt: string;
  readonly text: string;
}

/** Who acts. */
interface Process {
  readonly app: App;
  readonly sink: LogSink;
}

/** What a process can be told to do, and be killed in the middle of. What comes back is for the checks. */
export const ACTS = { submit, receive, supervise, cancel, regenerate, replay };

type ActName = keyof typeof ACTS;

/** One of the acts, with what it needs. */
export type Order = { [A in ActName]: { readonly act: A; readonly input: Parameters<(typeof ACTS)[A]>[1] } }[ActName];

async function submit({ app }: Process, command: SubmitCommand): Promise<string> {
  return (await submitJob(app, command)).job.jobId;
}

/** Works on a message as the host does: first the work, then the message goes. */
async function receive({ app, sink }: Process, message: TakenMessage): Promise<void> {
  await workOn(app, message, sink);
  await deleteIfOurs(new QueueClient(app.settings.AzureWebJobsStorage, message.queue), message);
}

async function cancel({ app }: Process, command: CancelCommand): Promise<ToldJob> {
  return toldJob(await cancelJob(app, command));
}

async function regenerate({ app }: Process, command: RegenerateCommand): Promise<ToldJob> {
  return toldJob((await regenerateJob(app, command)).job);
}

async function replay({ app }: Process, command: ReplayCommand): Promise<ToldJob | undefined> {
  const replayed = await replayDeadLetter(app, command);
  return "job" in replayed ? { ...toldJob(replayed.job), operationId: replayed.operationId } : undefined;
}

function toldJob({ operationId, version, phase }: Job): ToldJob {
  return { operationId, version, phase };
}

async function supervise({ app, sink }: Process, _nothing: null): Promise<Swept> {
  return superviseJobs(app, sink);
}

/** Gives the text of a message to the function behind its queue. An orchestration that it starts goes on to its end here. */
export async function workOn(app: App, { queue, text }: TakenMessage, sink: LogSink): Promise<void> {
  if (queue === BATCH_QUEUE_NAME) {
    await createBatchReceiver(app)(JSON.parse(text), sink);
    return;
  }
  const source = { capability: JOB_TYPE.capability, priority: "normal" as const, queue: app.storage.queue(QUEUE_NAME) };
  const hub = createTaskHub({ app: () => leading });
  const leading = withOrchestrations(app, hub.orchestrations);
  await createWorker(leading, source)(JSON.parse(text), sink);
  await hub.idle();
}

/** A message that came back to the queue has another receipt since: then it is not ours to delete. */
export async function deleteIfOurs(queue: QueueClient, { id, receipt }: TakenMessage): Promise<void> {
  try {
    await queue.deleteMessage(id, receipt);
  } catch (thrown) {
    const { statusCode } = thrown as { readonly statusCode?: number };
    if (statusCode !== 404 && statusCode !== 400) throw thrown;
  }
}
