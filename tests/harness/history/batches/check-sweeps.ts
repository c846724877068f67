import { isTerminal } from "../../../../src/jobs/life/lifecycle.ts";
import type { Walk } from "../job-walks.ts";
import type { Violation } from "../violation.ts";
import { beginningsOf, releasesAgain, stateAt } from "./batch-walk.ts";
import type { BatchWalk, ItemWalk } from "./batch-walk.ts";

/** Once a batch that is stopped says that it is swept, nothing is blocked, and no job of it is at work nor begins. */
export function checkSweeps(batch: BatchWalk): Violation[] {
  const { plan, header, items, finals } = batch;
  return header.flatMap(({ index, before, after, wasCancelled }): Violation[] => {
    if (before !== "stopping" || after !== "draining") return [];
    const until = header.find((move) => move.index > index && move.after === "running")?.index ?? Infinity;
    const left = [...items.values()].flatMap((walk) => leftAt(walk, index));
    // Where a failure stops a batch its last job runs all the same.
    const late = finals.filter(
      (job) => wasCancelled && beginningsOf(job).some((move) => move.index > index && move.index < until),
    );
    return [...left, ...late.map(({ jobId }) => `${jobId} began`)].map((text) => ({
      kind: "unswept",
      text: `${plan.name} was swept at commit ${index}, and ${text}`,
    }));
  });
}

function leftAt(walk: ItemWalk, index: number): string[] {
  const { item, jobs, alone } = walk;
  const state = stateAt(walk, index);
  if (state === "blocked") return [`${item.key} is blocked`];
  // A job that begins anew by itself does not ask its batch; and what runs again is met when it is swept once more.
  if (state !== "released" || alone.length + releasesAgain(walk).length > 0 || jobs.some((job) => isOver(job, index)))
    return [];
  return [`the job of ${item.key} is at work`];
}

function isOver({ moves }: Walk, index: number): boolean {
  const phase = moves.findLast((move) => move.index < index)?.after?.phase;
  return phase !== undefined && isTerminal(phase);
}
