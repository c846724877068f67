import type { MillraceError } from "../platform/errors.ts";
import { logTo } from "../platform/log.ts";
import type { Log, LogSink } from "../platform/log.ts";
import type { Queue } from "../platform/queues.ts";
import { factsOf } from "./job-facts.ts";
import { receiveMessage } from "./receive-message.ts";
import type { ReceiveDeps, Received } from "./receive-message.ts";
import type { Ran } from "./run.ts";

/** The queues of one capability. */
export interface WorkQueues {
  readonly queue: Queue;
  /** Where messages are kept that nobody here can read. No function reads it. */
  readonly aside: Queue;
}

/** Long enough for a roll-out to get on, short enough for a job to begin soon after it. */
const ANOTHER_WORKER_MS = 30_000;

/**
 * The function behind a queue trigger: receives a message and says in one line what became of it, and in one more why an
 * attempt failed.
 */
export function createWorker(
  deps: Omit<ReceiveDeps, "setAside">,
  { queue, aside }: WorkQueues,
): (message: unknown, sink: LogSink) => Promise<void> {
  const setAside = keepIn(aside);
  return async (message, sink) => {
    const received = await deps.shutdown.track(receiveMessage({ ...deps, setAside }, message));
    if (received.outcome === "unknownType") await queue.put(textOf(message), { delayMs: ANOTHER_WORKER_MS });
    report(logTo(sink), received);
  };
}

/** Keeps a message that is not ours where a person finds it. */
export function keepIn(aside: Queue): (message: unknown) => Promise<void> {
  return async (message) => {
    await aside.prepare();
    await aside.put(textOf(message));
  };
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
    case "ended":
    case "cancelled":
      log.info(received.outcome === "ended" ? "job failed" : "job cancelled", factsOf(received.job));
      break;
    case "superseded":
      log.info("job superseded", factsOf(received.job));
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
      log.error("message set aside", { code: "ENVELOPE_INVALID" }, undefined);
      break;
  }
}

function reportRun(log: Log, { job, failure, released, lostCheckpoint }: Ran): void {
  const facts = factsOf(job);
  if (lostCheckpoint !== undefined) log.warn("checkpoint lost", { ...facts, step: lostCheckpoint });
  if (failure) reportFailure(log, { ...facts, code: failure.code, kind: failure.kind }, failure);
  log.info(released ? "job released" : `job ${job.phase}`, facts);
}

/** A failure without a code is a defect of ours and stands out: count these lines, and give each its code. */
function reportFailure(log: Log, facts: Readonly<Record<string, unknown>>, failure: MillraceError): void {
  if (failure.code === "UNCLASSIFIED") log.error("attempt failed", facts, failure);
  else log.warn("attempt failed", facts, failure);
}
