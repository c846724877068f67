import { logTo } from "../platform/log.ts";
import type { LogSink } from "../platform/log.ts";
import type { Queue } from "../platform/queues.ts";
import { traceIdOf } from "../platform/trace.ts";
import type { Job } from "./job.ts";
import { receiveMessage } from "./receive-message.ts";
import type { ReceiveDeps } from "./receive-message.ts";

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
    const received = await receiveMessage({ ...deps, setAside }, message);
    switch (received.outcome) {
      case "ran":
        if (received.failure) log.warn("attempt failed", factsOf(received.job), received.failure);
        log.info(`job ${received.job.phase}`, factsOf(received.job));
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
