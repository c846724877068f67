import { setTimeout as delay } from "node:timers/promises";
import type { Step } from "../../steps/step.ts";
import { addUsage } from "../life/usage.ts";
import type { MapRef } from "../store/part-row.ts";
import type { PartStore } from "../store/part-store.ts";
import { PROGRESS_INTERVAL_MS } from "../work/holder.ts";
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

/** Counting the parts of a map costs more the more it has: no more than this share of the time. */
const SHARE = 0.1;

/** For one process: however many parts end in it, it counts those of each map at most once a second, and one time after the other. */
export function createMapProgress(deps: HoldDeps & { readonly parts: PartStore }): MapProgress {
  const latest = new Map<string, MapMove | undefined>();
  const follow = async (key: string) => {
    for (let waitMs = PROGRESS_INTERVAL_MS; ;) {
      await delay(waitMs, undefined, { ref: false });
      const move = latest.get(key);
      if (!move) break;
      latest.set(key, undefined);
      const beganAt = performance.now();
      await tell(deps, move).catch(() => undefined); // The next part says it as well, and the end of the map counts for itself.
      waitMs = Math.max(PROGRESS_INTERVAL_MS, (performance.now() - beganAt) / SHARE);
    }
    latest.delete(key);
  };
  return {
    note(move) {
      const key = `${move.map.operationId} ${move.step}`;
      const isFollowed = latest.has(key);
      latest.set(key, move);
      if (!isFollowed) void follow(key);
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
