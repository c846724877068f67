import { submitBatchOf } from "../actors/batch-doors.ts";
import type { BatchWalk } from "../history/batches/batch-walk.ts";
import { batchWalksOf } from "../history/batches/batch-walks.ts";
import { checkBatchRemains } from "../history/batches/check-batch-remains.ts";
import { checkBatch } from "../history/batches/check-batches.ts";
import { walksOf } from "../history/job-walks.ts";
import type { Violation } from "../history/violation.ts";
import { callsAllowed } from "./calls-allowed.ts";
import { createMill } from "./mill.ts";
import type { Mill } from "./mill.ts";
import { SHAPES } from "./shapes.ts";
import type { ShapeName } from "./shapes.ts";

/** What a large batch came to. */
export interface ShapeOutcome {
  readonly shape: ShapeName;
  readonly items: number;
  readonly seconds: number;
  /** Storage calls of all work on messages, by item. */
  readonly callsPerItem: number;
  /** Of the message that took the most. */
  readonly mostCalls: number;
  readonly violations: readonly Violation[];
}

export interface ShapeOptions {
  readonly shape: ShapeName;
  readonly items: number;
  /** Messages that are worked on together: then parents end in one instant. */
  readonly atOnce: number;
}

/** Brings a batch of this shape to its end, and judges it as those of the simulator are. */
export async function runShape({ shape, items, atOnce }: ShapeOptions): Promise<ShapeOutcome> {
  const started = performance.now();
  const plan = SHAPES[shape](items);
  const mill = await createMill();
  const batchId = await submitBatchOf(mill.app, plan);
  await mill.workOff(atOnce);
  const seconds = (performance.now() - started) / 1000;
  const { commits } = mill;
  const history = {
    ...{ commits, plans: [plan], clients: [], batchEvents: [], blobs: [], modelCalls: [] },
    ...{ troubles: [], audits: [], surprises: [], supervised: true, stepsMs: 0 },
  };
  const walks = batchWalksOf(history, walksOf(history));
  const own = walks.find((walk) => walk.batchId === batchId);
  const calls = [...mill.calls.values()];
  return {
    shape,
    items,
    seconds,
    callsPerItem: calls.reduce((sum, count) => sum + count, 0) / items,
    mostCalls: Math.max(...calls),
    violations: own
      ? [
          ...checkBatch(own, { notBefore: undefined, events: [] }),
          ...checkBatchRemains(history),
          ...checkCalls(own, mill),
        ]
      : [{ kind: "lost", text: `${batchId} is not there` }],
  };
}

/** What the work on one item's job costs depends on its children and their parents, never on the batch. */
function checkCalls({ plan, items }: BatchWalk, { calls }: Mill): Violation[] {
  const allowedFor = callsAllowed(plan);
  const jobs = new Map([...items.values()].flatMap(({ item, jobs: own }) => own.map(({ jobId }) => [jobId, item])));
  return [...calls].flatMap(([message, count]): Violation[] => {
    const { job_id: jobId = "" } = JSON.parse(message) as { readonly job_id?: string };
    const item = jobs.get(jobId);
    const allowed = item && allowedFor(item);
    if (allowed === undefined || count <= allowed) return [];
    return [{ kind: "too many calls", text: `${item?.key ?? ""} took ${count} storage calls, not ${allowed}` }];
  });
}
