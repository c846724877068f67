import { daysAfter } from "../../platform/clock.ts";
import type { Clock } from "../../platform/clock.ts";
import { logTo } from "../../platform/log.ts";
import type { LogSink } from "../../platform/log.ts";
import type { Orchestrations } from "../../platform/orchestrations.ts";

export interface PurgeOrchestrationsDeps {
  readonly orchestrations: Orchestrations;
  readonly clock: Clock;
  readonly retention: { readonly days: number };
}

/**
 * Removes the histories of orchestrations that have ended and began longer ago than jobs are kept. Nothing needs them: what
 * a job has come to stands in its row.
 *
 * @returns how many there were
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function purgeOrchestrations(
  { orchestrations, clock, retention }: PurgeOrchestrationsDeps,
  sink: LogSink,
): Promise<number> {
  const purged = await orchestrations.purgeBefore(daysAfter(clock.now(), -retention.days));
  if (purged > 0) logTo(sink).info("orchestrations purged", { count: purged });
  return purged;
}
