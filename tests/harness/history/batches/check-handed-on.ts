import type { Job } from "../../../../src/jobs/life/job.ts";
import { isTerminal } from "../../../../src/jobs/life/lifecycle.ts";
import { textOfItem } from "../../batches/planned-batch.ts";
import type { ItemResult } from "../../batches/planned-batch.ts";
import type { Move, Walk } from "../job-walks.ts";
import type { Violation } from "../violation.ts";
import { beginningsOf, endOfOperation, resultOf } from "./batch-walk.ts";
import type { BatchWalk, ItemWalk } from "./batch-walk.ts";

/**
 * Each operation of a job has in its payload what its parents had come to when it began, and nothing in the place of those
 * that did not complete; and what it comes to itself is its own.
 */
export function checkHandedOn(batch: BatchWalk): Violation[] {
  return [...batch.items.values()].flatMap((walk) =>
    walk.jobs.flatMap((job) =>
      beginningsOf(job).flatMap((begin, place, all) =>
        wrongIn(batch, walk, { job, begin, before: all[place - 1]?.after }).map((text): Violation => ({
          kind: "wrong result",
          text: `${walk.item.key} (${job.jobId}), begun at commit ${begin.index}, ${text}`,
        })),
      ),
    ),
  );
}

interface Begun {
  readonly job: Walk;
  readonly begin: Move;
  /** The operation before, as it began. */
  readonly before: Job | undefined;
}

function wrongIn(batch: BatchWalk, walk: ItemWalk, { job, begin, before }: Begun): string[] {
  const asked = begin.after && askedIn(begin.after);
  if (!asked) return [];
  const gave = resultOf(endOfOperation(job, begin.after.operations));
  const found = gave && gave.text !== asked.text ? [`was asked ${asked.text} and gave ${gave.text}`] : [];
  if (asked.text !== textOfItem(walk.item))
    return walk.alone.some(({ text }) => text === asked.text) ? found : [...found, `was asked ${asked.text}`];
  // Whoever has a job begin anew by itself may leave its payload as it is.
  if (walk.alone.length > 0 && before && JSON.stringify(askedIn(before)) === JSON.stringify(asked)) return found;
  const wrong = walk.item.takes.flatMap((key, place) => {
    const given = JSON.stringify(asked.given[place]);
    const allowed = valuesOf(batch, batch.items.get(key), { from: releasedAt(walk, begin.index), to: begin.index });
    return allowed.includes(given) ? [] : [`was given ${given} of ${key}, not ${allowed.join(" or ")}`];
  });
  return [...found, ...wrong];
}

function releasedAt({ moves }: ItemWalk, before: number): number {
  const release = moves.findLast(
    (move) => move.index < before && move.after?.state === "released" && move.before?.state !== "released",
  );
  return release?.index ?? before;
}

/** What a parent may have been worth to who read it between two commits, in JSON. */
function valuesOf(
  { header }: BatchWalk,
  parent: ItemWalk | undefined,
  { from, to }: { readonly from: number; readonly to: number },
): string[] {
  const moves = parent?.jobs[0]?.moves.filter(({ index }) => index < to) ?? [];
  const last = moves.findLastIndex(({ index }) => index < from);
  const jobs = [...moves.slice(Math.max(0, last)).map(({ after }) => after), ...(last < 0 ? [undefined] : [])];
  const ended = jobs.filter((job) => !job || isTerminal(job.phase)).map((job) => JSON.stringify(resultOf(job) ?? null));
  // Whoever sweeps waits for nothing: the job is made to be cancelled.
  const isSwept = header.some(({ index, after }) => index < to && after === "stopping");
  return [...new Set([...ended, ...(isSwept ? ["null"] : [])])];
}

interface AskedOfJob {
  readonly text: string;
  readonly given: readonly (ItemResult | null)[];
}

/** Nothing where the payload stands in a blob. */
function askedIn({ payload }: Job): AskedOfJob | undefined {
  return "inline" in payload ? (payload.inline as AskedOfJob) : undefined;
}
