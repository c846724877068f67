import type { Step } from "../../steps/step.ts";
import { addUsage } from "../life/usage.ts";
import type { MapRef } from "../store/part-row.ts";
import type { PartStore } from "../store/part-store.ts";
import { ActivityHold } from "./activity-hold.ts";
import type { HoldDeps } from "./activity-hold.ts";
import type { Lead } from "./plan.ts";
import { progressAt } from "./step-progress.ts";
import { recordOf, withRecord } from "./step-records.ts";

interface MapMove {
  readonly lead: Lead;
  readonly map: MapRef;
  readonly step: string;
  /** All steps of the job. */
  readonly steps: readonly Step[];
}

/** Tells the job's row how many parts of a map are done. */
export interface MapProgress {
  /** A part has ended. Must not be waited for, and never throws: it is told soon, or with the next part, or not at all. */
  note(move: MapMove): void;
}

const PROGRESS_INTERVAL_MS = 1000;

/** For one process: however many parts end in it, it tells of each map at most once a second. */
export function createMapProgress(deps: HoldDeps & { readonly parts: PartStore }): MapProgress {
  const noted = new Set<string>();
  return {
    note(move) {
      const key = `${move.map.operationId} ${move.step}`;
      if (noted.has(key)) return;
      noted.add(key);
      setTimeout(() => {
        noted.delete(key);
        tell(deps, move).catch(() => undefined); // The next part says it as well, and the end of the map counts for itself.
      }, PROGRESS_INTERVAL_MS).unref();
    },
  };
}

async function tell(
  deps: HoldDeps & { readonly parts: PartStore },
  { lead, map, step, steps }: MapMove,
): Promise<void> {
  const held = await ActivityHold.take(deps, lead);
  if (!held) return;
  try {
    const { done, usage } = await deps.parts.tally(map);
    await held.change((job, leaseUntil) => {
      const record = recordOf(job, step);
      if (record.status !== "running" || record.parts === undefined || job.phase !== "processing") return undefined;
      const message = `${done} of ${record.parts}`;
      const fraction = done / record.parts;
      const progress = progressAt({ steps, records: job.steps, name: step, fraction, message });
      const total = addUsage(record.usageBefore, usage);
      return { type: "progressed", leaseUntil, steps: withRecord(job, record), progress, usage: total };
    });
  } finally {
    held.stop();
  }
}
