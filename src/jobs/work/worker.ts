import type { Priority } from "../../contract/submit-request.ts";
import type { MillraceError } from "../../platform/errors.ts";
import { logTo } from "../../platform/log.ts";
import type { Log, LogSink } from "../../platform/log.ts";
import type { JobQueue } from "../../platform/queue-table.ts";
import type { Queue } from "../../platform/queues.ts";
import type { Storage } from "../../platform/storage.ts";
import { factsOf } from "../life/job-facts.ts";
import { isUndoing, undoOfJob } from "../life/undo.ts";
import { keepMessage } from "./keep-message.ts";
import type { KeepMessageDeps } from "./keep-message.ts";
import type { Permits } from "./permits.ts";
import { UNREADABLE_MESSAGE, receiveMessage } from "./receive-message.ts";
import type { ReceiveDeps, Received } from "./receive-message.ts";
import type { Ran } from "./run.ts";
import type { Undone } from "./undo.ts";

export interface WorkerDeps extends Omit<ReceiveDeps, "setAside">, KeepMessageDeps {
  readonly permits: Permits;
}

/** A queue that jobs travel through. */
export interface WorkSource {
  readonly capability: string;
  readonly priority: Priority;
  readonly queue: Queue;
}

/** Long enough for a roll-out to get on, short enough for a job to begin soon after it. */
const ANOTHER_WORKER_MS = 30_000;

export function openWorkSource(storage: Storage, { capability, priority, name }: JobQueue): WorkSource {
  return { capability, priority, queue: storage.queue(name) };
}

/**
 * The function behind a queue trigger: waits until this process may work on one job more, receives the message and says
 * in one line what became of it, and in one more why an attempt failed. Who still waits when the process is told to end
 * puts the message back, for another instance.
 */
export function createWorker(
  deps: WorkerDeps,
  { capability, priority, queue }: WorkSource,
): (message: unknown, sink: LogSink) => Promise<void> {
  const setAside: ReceiveDeps["setAside"] = async (message, error) =>
    keepMessage(deps, { capability, text: textOf(message), error });
  const receiveDeps = { ...deps, setAside };
  const work = async (message: unknown, log: Log): Promise<void> => {
    const permit = await deps.permits.take(priority, deps.shutdown.begun);
    if (!permit) {
      await queue.put(textOf(message));
      log.info("message put back: this process ends", {});
      return;
    }
    try {
      const received = await receiveMessage(receiveDeps, message);
      if (received.outcome === "unknownType") await queue.put(textOf(message), { delayMs: ANOTHER_WORKER_MS });
      report(log, received);
    } finally {
      permit.giveBack();
    }
  };
  return async (message, sink) => deps.shutdown.track(work(message, logTo(sink)));
}

/** The host gives a function its message parsed, where it is JSON. */
export function textOf(message: unknown): string {
  return typeof message === "string" ? message : JSON.stringify(message);
}

function report(log: Log, received: Received): void {
  switch (received.outcome) {
    case "ran":
      reportRun(log, received);
      break;
    case "undone":
      reportUndone(log, received);
      break;
    case "led":
    case "ended":
    case "cancelled":
    case "superseded":
      log.info(SAID[received.outcome], factsOf(received.job));
      break;
    case "fenced":
      log.warn("job fenced", factsOf(received.job));
      break;
    case "postponed":
      log.info("job postponed", { ...factsOf(received.job), until: received.until });
      break;
    case "unknownType":
      log.warn("job type unknown here", factsOf(received.job));
      break;
    case "obsolete":
      log.info("message obsolete", { job_id: received.jobId, reason: received.reason });
      break;
    case "setAside":
      log.error("message set aside", { code: UNREADABLE_MESSAGE.code }, undefined);
      break;
  }
}

const SAID = {
  led: "job led",
  ended: "job failed",
  cancelled: "job cancelled",
  superseded: "job superseded",
} as const;

function reportRun(log: Log, { job, failure, released, lostCheckpoint }: Ran): void {
  const facts = factsOf(job);
  if (lostCheckpoint !== undefined) log.warn("checkpoint lost", { ...facts, step: lostCheckpoint });
  if (failure) reportFailure(log, { ...facts, code: failure.code, kind: failure.kind }, failure);
  log.info(released ? "job released" : `job ${job.phase}`, facts);
}

function reportUndone(log: Log, { job, failures }: Undone): void {
  const facts = factsOf(job);
  for (const failure of failures)
    log.warn("taking back failed", { ...facts, code: failure.code, kind: failure.kind }, failure);
  const lost = undoOfJob(job).filter(({ status }) => status === "failed");
  if (isUndoing(job)) log.info("taking back put off", facts);
  else if (lost.length > 0)
    log.error("not all taken back", { ...facts, steps: lost.map(({ step }) => step) }, undefined);
  else log.info("taken back", facts);
}

/** A failure without a code is a defect of ours and stands out: count these lines, and give each its code. */
function reportFailure(log: Log, facts: Readonly<Record<string, unknown>>, failure: MillraceError): void {
  if (failure.code === "UNCLASSIFIED") log.error("attempt failed", facts, failure);
  else log.warn("attempt failed", facts, failure);
}
