import { envelopeSchema } from "../../contract/envelope.ts";
import { InvariantError } from "../../platform/errors.ts";
import { logTo } from "../../platform/log.ts";
import type { LogSink } from "../../platform/log.ts";
import { factsOf } from "../life/job-facts.ts";
import type { JobError, JobRef } from "../life/job.ts";
import type { JobStore, StoredJob } from "../store/job-store.ts";
import { decideClaim } from "./claim.ts";
import { keepMessage } from "./keep-message.ts";
import type { KeepMessageDeps } from "./keep-message.ts";
import { UNREADABLE_MESSAGE } from "./receive-message.ts";
import { textOf } from "./worker.ts";
import type { WorkSource } from "./worker.ts";

export interface PoisonDeps extends KeepMessageDeps {
  readonly jobs: JobStore;
}

/**
 * The function that reads a poison queue, where the host puts a message whose function failed too often: storage did
 * not answer for most of an hour, or the process died each time before it could claim the job. The row decides. A job
 * that can still be tried gets its message back, one that has ended lets it go; what nobody can read becomes a dead letter.
 */
export function createPoisonReader(
  deps: PoisonDeps,
  { capability, queue }: WorkSource,
): (message: unknown, sink: LogSink) => Promise<void> {
  const setAside = async (message: unknown, error: JobError) =>
    keepMessage(deps, { capability, text: textOf(message), error });
  return async (message, sink) => {
    const log = logTo(sink);
    const parsed = envelopeSchema.safeParse(message);
    if (!parsed.success) {
      await setAside(message, UNREADABLE_MESSAGE);
      log.error("message set aside", { code: UNREADABLE_MESSAGE.code }, undefined);
      return;
    }
    const { workspace_id: workspaceId, job_id: jobId, operation_id: operationId } = parsed.data;
    const read = await readJob(deps.jobs, { workspaceId, jobId });
    if ("unreadable" in read) {
      await setAside(message, UNREADABLE_JOB);
      log.error("message set aside", { code: UNREADABLE_JOB.code, job_id: jobId }, read.unreadable);
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

const UNREADABLE_JOB: JobError = {
  code: "JOB_UNREADABLE",
  message: "The row of the job that the message names cannot be read",
};

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
