import type { Clock } from "../../platform/clock.ts";
import { logTo } from "../../platform/log.ts";
import type { LogSink } from "../../platform/log.ts";
import type { Orchestrations } from "../../platform/orchestrations.ts";

export interface PurgeOrchestrationsDeps {
  readonly orchestrations: Orchestrations;
  readonly clock: Clock;
  readonly retention: { readonly days: number };
}

const DAY_MS = 24 * 3_600_000;

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
  const purged = await orchestrations.purgeBefore(new Date(clock.now().getTime() - retention.days * DAY_MS));
  if (purged > 0) logTo(sink).info("orchestrations purged", { count: purged });
  return purged;
}
