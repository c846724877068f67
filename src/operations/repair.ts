import { superviseJobs } from "../jobs/supervision/supervise.ts";
import type { SuperviseDeps, Swept } from "../jobs/supervision/supervise.ts";
import type { LogSink } from "../platform/log.ts";
import { checkConsistency } from "./check-consistency.ts";
import type { CheckDeps, Report } from "./check-consistency.ts";

export interface Repaired {
  readonly swept: Swept;
  readonly report: Report;
}

/** A sweep takes 20 seconds at most; together with it the answer comes within a minute. */
const CHECK_MS = 25_000;

/** Does now what the timers do: one sweep of the supervisor, and one check. @throws MillraceError STORAGE_UNAVAILABLE */
export async function repair(deps: SuperviseDeps & CheckDeps, sink: LogSink): Promise<Repaired> {
  const swept = await superviseJobs(deps, sink);
  return { swept, report: await checkConsistency(deps, { sink, withinMs: CHECK_MS }) };
}
