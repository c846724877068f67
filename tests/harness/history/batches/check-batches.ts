import type { Violation } from "../violation.ts";
import type { BatchEvent } from "./batch-history.ts";
import type { BatchWalk } from "./batch-walk.ts";
import { checkBatchBound } from "./check-batch-bound.ts";
import { checkBatchEnds } from "./check-batch-ends.ts";
import { checkBatchMarks } from "./check-batch-marks.ts";
import { checkBatchStates } from "./check-batch-states.ts";
import { checkHandedOn } from "./check-handed-on.ts";
import { checkReleases } from "./check-releases.ts";
import { checkReruns } from "./check-reruns.ts";
import { checkStarts } from "./check-starts.ts";
import { checkSweeps } from "./check-sweeps.ts";
import { checkViews } from "./check-views.ts";

export interface BatchCircumstances {
  /** From then on nothing goes wrong any more, and nothing is put off from before. */
  readonly notBefore: number | undefined;
  readonly events: readonly BatchEvent[];
}

/** Everything that is wrong with one batch. */
export function checkBatch(batch: BatchWalk, { notBefore, events }: BatchCircumstances): Violation[] {
  return [
    ...checkStarts(batch),
    ...checkReleases(batch),
    ...checkReruns(batch),
    ...checkSweeps(batch),
    ...checkBatchMarks(batch),
    ...checkBatchStates(batch),
    ...checkBatchEnds(batch),
    ...checkBatchBound(batch, notBefore),
    ...checkHandedOn(batch),
    ...checkViews(batch, events),
  ];
}
