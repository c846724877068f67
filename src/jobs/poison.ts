import { envelopeSchema } from "../contract/envelope.ts";
import type { Clock } from "../platform/clock.ts";
import { InvariantError } from "../platform/errors.ts";
import { logTo } from "../platform/log.ts";
import type { LogSink } from "../platform/log.ts";
import { decideClaim } from "./claim.ts";
import { factsOf } from "./job-facts.ts";
import type { JobStore, StoredJob } from "./job-store.ts";
import type { JobRef } from "./job.ts";
import { keepIn, textOf } from "./worker.ts";
import type { WorkQueues } from "./worker.ts";

export interface PoisonDeps {
  readonly jobs: JobStore;
  readonly clock: Clock;
}

/**
 * The function that reads a poison queue, where the host puts a message whose function failed too often: storage did
 * not answer for most of an hour, or the process died each time before it could claim the job. The row decides. A job
 * that can still be tried gets its message back, one that has ended lets it go; what nobody can read is kept aside.
 */
export function createPoisonReader(
  deps: PoisonDeps,
  { queue, aside }: Pick<WorkQueues, "queue" | "aside">,
): (message: unknown, sink: LogSink) => Promise<void> {
  const setAside = keepIn(aside);
  return async (message, sink) => {
    const log = logTo(sink);
    const parsed = envelopeSchema.safeParse(message);
    if (!parsed.success) {
      await setAside(message);
      log.error("message set aside", { code: "ENVELOPE_INVALID" }, undefined);
      return;
    }
    const { workspace_id: workspaceId, job_id: jobId, operation_id: operationId } = parsed.data;
    const read = await readJob(deps.jobs, { workspaceId, jobId });
    if ("unreadable" in read) {
      await setAside(message);
      log.error("message set aside", { job_id: jobId }, read.unreadable);
      return;
    }
    const now = deps.clock.now();
    const decision = decideClaim(read.stored?.job, { operationId, now, knows: () => true });
    if (decision.outcome === "obsolete") {
      log.info("message obsolete", { job_id: jobId, reason: decision.reason });
      return;
    }
    const until = decision.outcome === "notYet" ? decision.until : now;
    await queue.put(textOf(message), { delayMs: until.getTime() - now.getTime() });
    log.warn("poisoned message put back", read.stored ? factsOf(read.stored.job) : {});
  };
}

/** A row that cannot be read stays so: its message would come back to this queue for ever. */
async function readJob(
  jobs: JobStore,
  ref: JobRef,
): Promise<{ readonly stored: StoredJob | undefined } | { readonly unreadable: InvariantError }> {
  try {
    return { stored: await jobs.get(ref) };
  } catch (thrown) {
    if (thrown instanceof InvariantError) return { unreadable: thrown };
    throw thrown;
  }
}
