import type { MillraceError } from "../platform/errors.ts";
import { logTo } from "../platform/log.ts";
import type { Log, LogSink } from "../platform/log.ts";
import type { Queue } from "../platform/queues.ts";
import { traceIdOf } from "../platform/trace.ts";
import type { Job } from "./job.ts";
import { receiveMessage } from "./receive-message.ts";
import type { ReceiveDeps } from "./receive-message.ts";
import type { Ran } from "./run.ts";

/**
 * The function behind a queue trigger: receives a message and says in one line what became of it, and in one more why an
 * attempt failed.
 *
 * @param poison where messages go that nobody here can read; the host's own name for such a queue
 */
export function createWorker(
  deps: Omit<ReceiveDeps, "setAside">,
  poison: Queue,
): (message: unknown, sink: LogSink) => Promise<void> {
  const setAside = async (message: unknown) => {
    await poison.prepare();
    await poison.put(typeof message === "string" ? message : JSON.stringify(message));
  };
  return async (message, sink) => {
    const log = logTo(sink);
    const received = await deps.shutdown.track(receiveMessage({ ...deps, setAside }, message));
    switch (received.outcome) {
      case "ran":
        logRan(log, received);
        break;
      case "exhausted":
        log.info(`job ${received.job.phase}`, factsOf(received.job));
        break;
      case "fenced":
        log.warn("job fenced", factsOf(received.job));
        break;
      case "postponed":
        log.info("job postponed", { ...factsOf(received.job), until: received.until });
        break;
      case "obsolete":
        log.info("message obsolete", { job_id: received.jobId, reason: received.reason });
        break;
      case "setAside":
        log.error("message set aside", { code: "ENVELOPE_INVALID" }, undefined);
        break;
    }
  };
}

function logRan(log: Log, { job, failure, released, lostCheckpoint }: Ran): void {
  const facts = factsOf(job);
  if (lostCheckpoint !== undefined) log.warn("checkpoint lost", { ...facts, step: lostCheckpoint });
  if (failure) logFailure(log, { ...facts, code: failure.code, kind: failure.kind }, failure);
  log.info(released ? "job released" : `job ${job.phase}`, facts);
}

/** A failure without a code is a defect of ours and stands out: count these lines, and give each its code. */
function logFailure(log: Log, facts: Readonly<Record<string, unknown>>, failure: MillraceError): void {
  if (failure.code === "UNCLASSIFIED") log.error("attempt failed", facts, failure);
  else log.warn("attempt failed", facts, failure);
}

function factsOf(job: Job): Readonly<Record<string, unknown>> {
  return {
    job_id: job.jobId,
    operation_id: job.operationId,
    job_type: job.jobType,
    customer_id: job.customerId,
    attempt: job.attempt,
    trace_id: traceIdOf(job.traceparent),
    ...(job.phase === "failed" && { code: job.error.code }),
    ...(job.phase === "queued" && { code: job.lastError?.code, retry_at: job.retryAt }),
  };
}
