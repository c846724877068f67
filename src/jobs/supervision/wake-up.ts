import type { Log } from "../../platform/log.ts";
import type { Orchestrations } from "../../platform/orchestrations.ts";
import type { StoredRow } from "../../platform/tables.ts";
import type { ProfileRegistry } from "../../profiles/registry.ts";
import { evolve } from "../life/evolve.ts";
import { isHeard } from "../life/is-heard.ts";
import { factsOf } from "../life/job-facts.ts";
import type { Job } from "../life/job.ts";
import { isTerminal } from "../life/lifecycle.ts";
import { isUndoing } from "../life/undo.ts";
import { hear } from "../orchestration/hear.ts";
import type { Dispatch } from "../store/dispatch.ts";
import { readWakeUp } from "../store/due-store.ts";
import type { DueStore } from "../store/due-store.ts";
import { followEnd } from "../store/follow-end.ts";
import type { JobStore } from "../store/job-store.ts";
import type { PartStore } from "../store/part-store.ts";
import { decideWakeUp } from "./decide-wake-up.ts";
import type { WakeUpDecision, WakeUpDrive } from "./decide-wake-up.ts";
import { expireMessage } from "./expire-message.ts";
import type { ExpireMessageDeps } from "./expire-message.ts";
import { cleanUpAfter, purgeJob } from "./purge-job.ts";
import type { PurgeDeps } from "./purge-job.ts";
import { ringBatch } from "./ring-batch.ts";
import type { RingBatchDeps } from "./ring-batch.ts";

export interface WakeUpDeps extends PurgeDeps, ExpireMessageDeps, RingBatchDeps {
  readonly jobs: JobStore;
  readonly due: Pick<DueStore, "drop" | "noteRing">;
  readonly dispatch: Dispatch;
  readonly profiles: ProfileRegistry;
  readonly parts: PartStore;
  readonly orchestrations: Orchestrations;
  readonly orchestrationLeaseMs: number;
}

/** What was done about a wake-up row; `lost` when somebody else was faster. */
export type WokenUp = Exclude<WakeUpDecision["outcome"], "ask"> | "seen" | "ring" | "lost";

/**
 * Sees to one job whose time has come. Message before row: should the process die between, the next sweep puts another
 * message, and one too many does no harm; the other way round it would be one too few until the row is due again.
 *
 * @throws MillraceError VERSION_CONFLICT when somebody else wrote meanwhile, STORAGE_UNAVAILABLE, UNKNOWN_JOB_TYPE;
 * InvariantError when one of the rows cannot be read
 */
export async function wakeUp(deps: WakeUpDeps, row: StoredRow, log: Log): Promise<WokenUp> {
  const expired = await expireMessage(deps, row);
  if (expired) return expired;
  const rung = await ringBatch(deps, row, log);
  if (rung) return rung;
  const at = readWakeUp(row.row);
  const found = await deps.jobs.find(at);
  const now = deps.clock.now();
  const decision = decideWakeUp(at, found, { now, knows: (jobType) => deps.profiles.knows(jobType) });
  switch (decision.outcome) {
    case "ask":
      return askInstance(deps, decision, { now, log });
    case "notYet":
      break;
    case "stray":
      await deps.due.drop(row);
      break;
    case "resend":
    case "redrive":
    case "giveUp":
      log.warn(SAID[decision.outcome], factsOf(await drive(deps, decision, now)));
      break;
    case "expire":
      await purgeJob(deps, decision.stored);
      log.info("job expired", factsOf(decision.stored.job));
      break;
    case "clean":
      await cleanUpAfter(deps, decision.gone);
      log.warn("clean-up finished", { job_id: at.jobId });
      break;
    case "forget":
      await deps.tombstones.forget(decision.gone);
      break;
  }
  return decision.outcome;
}

/** An orchestration that is alive has its claim renewed: nobody else can see that it is, while its job waits. */
async function askInstance(
  deps: WakeUpDeps,
  { stored, job, otherwise }: Extract<WakeUpDecision, { outcome: "ask" }>,
  { now, log }: { readonly now: Date; readonly log: Log },
): Promise<WokenUp> {
  if ((await deps.orchestrations.state(job.instanceId)) === "gone") {
    log.warn(SAID[otherwise.outcome], factsOf(await drive(deps, otherwise, now)));
    return otherwise.outcome;
  }
  const leaseUntil = new Date(now.getTime() + deps.orchestrationLeaseMs);
  await deps.jobs.save(evolve(job, { type: "seen", leaseUntil }, now), stored);
  // It may have missed what the row knows since: to look once too often does no harm.
  if (job.phase === "waiting" && isHeard(job.waitingFor, now))
    await hear(deps, { job, step: job.waitingFor.step, log });
  return "seen";
}

async function drive(deps: WakeUpDeps, { stored, event }: WakeUpDrive, now: Date): Promise<Job> {
  const job = evolve(stored.job, event, now);
  const isRung = job.phase === "queued" || (isUndoing(stored.job) && isUndoing(job));
  if (isRung) await deps.dispatch(job);
  await deps.jobs.save(job, stored);
  if (isTerminal(job.phase) && !isRung) await followEnd(deps, job, stored.job);
  return job;
}

const SAID = {
  resend: "message sent again",
  redrive: "job put back: its lease ran out",
  giveUp: "job failed",
} as const;
