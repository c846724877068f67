import type { Container } from "../platform/blobs.ts";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { StoredRow } from "../platform/tables.ts";
import type { ProfileRegistry } from "../profiles/registry.ts";
import { dropCheckpoints } from "./checkpoints.ts";
import { decideWakeUp } from "./decide-wake-up.ts";
import type { WakeUpDecision } from "./decide-wake-up.ts";
import type { Dispatch } from "./dispatch.ts";
import { readWakeUp } from "./due-store.ts";
import type { DueStore } from "./due-store.ts";
import { evolve } from "./evolve.ts";
import { factsOf } from "./job-facts.ts";
import type { JobStore } from "./job-store.ts";
import { isTerminal } from "./lifecycle.ts";

export interface WakeUpDeps {
  readonly jobs: JobStore;
  readonly due: Pick<DueStore, "drop">;
  readonly dispatch: Dispatch;
  readonly profiles: ProfileRegistry;
  readonly content: Container;
  readonly clock: Clock;
}

/** What was done about a wake-up row; `lost` when somebody else was faster. */
export type WokenUp = WakeUpDecision["outcome"] | "lost";

/**
 * Sees to one job whose time has come. Message before row: should the process die between, the next sweep puts another
 * message, and one too many does no harm; the other way round it would be one too few until the row is due again.
 *
 * @throws MillraceError VERSION_CONFLICT when somebody else wrote meanwhile, STORAGE_UNAVAILABLE, UNKNOWN_JOB_TYPE;
 * InvariantError when one of the rows cannot be read
 */
export async function wakeUp(deps: WakeUpDeps, row: StoredRow, log: Log): Promise<WokenUp> {
  const at = readWakeUp(row.row);
  const stored = await deps.jobs.get(at);
  const now = deps.clock.now();
  const decision = decideWakeUp(at, stored, { now, knows: (jobType) => deps.profiles.knows(jobType) });
  if (decision.outcome === "stray") await deps.due.drop(row);
  if (!stored || !("event" in decision)) return decision.outcome;

  const job = evolve(stored.job, decision.event, now);
  if (job.phase === "queued") await deps.dispatch(job);
  await deps.jobs.save(job, stored);
  if (isTerminal(job.phase)) await dropCheckpoints(deps.content, stored.job);
  log.warn(SAID[decision.outcome], factsOf(job));
  return decision.outcome;
}

const SAID = {
  resend: "message sent again",
  redrive: "job put back: its lease ran out",
  giveUp: "job failed",
} as const;
