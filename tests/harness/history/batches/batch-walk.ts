import type { Job } from "../../../../src/jobs/life/job.ts";
import { isTerminal } from "../../../../src/jobs/life/lifecycle.ts";
import type { ItemResult, PlannedBatch, PlannedItem } from "../../batches/planned-batch.ts";
import type { ItemEnd } from "../../batches/what-becomes.ts";
import type { Move, Walk } from "../job-walks.ts";
import type { BegunAlone, WantedAgain } from "./wanted-again.ts";

export type ItemState = "blocked" | "released" | ItemEnd;

/** Where one commit of an item's row stands. */
export interface ItemMove {
  readonly index: number;
  readonly at: number;
  readonly by: string;
  readonly before: ItemVersion | undefined;
  /** Nothing when the row was deleted. */
  readonly after: ItemVersion | undefined;
}

export interface ItemVersion {
  readonly state: ItemState;
  readonly run: number;
  /** To be looked at when it has ended: something before it ran again. */
  readonly isStale: boolean;
}

/** All commits of one item, in order, and all jobs that say they are its own. */
export interface ItemWalk {
  readonly item: PlannedItem;
  readonly moves: readonly ItemMove[];
  readonly jobs: readonly Walk[];
  /** Each time that a client wanted it to run again. */
  readonly wanted: readonly WantedAgain[];
  /** Each time that somebody wanted its job to begin anew by itself. */
  readonly alone: readonly BegunAlone[];
}

export interface HeaderMove {
  readonly index: number;
  readonly at: number;
  /** The phase it was in. */
  readonly before: string | undefined;
  /** Nothing when the row was deleted. */
  readonly after: string | undefined;
  /** A client asked for it to be cancelled, and was heard. */
  readonly wasCancelled: boolean;
}

/** All commits of one batch. */
export interface BatchWalk {
  readonly batchId: string;
  readonly plan: PlannedBatch;
  readonly header: readonly HeaderMove[];
  readonly items: ReadonlyMap<string, ItemWalk>;
  /** Jobs that run when all items have ended. */
  readonly finals: readonly Walk[];
  /** Keys of the marks that are left when all is over. */
  readonly marks: ReadonlySet<string>;
}

const ENDS: readonly string[] = ["completed", "failed", "cancelled", "skipped"] satisfies ItemEnd[];

export function isItemEnd(state: string | undefined): state is ItemEnd {
  return state !== undefined && ENDS.includes(state);
}

export function isBatchEnd(state: string | undefined): boolean {
  return state === "completed" || state === "failed" || state === "cancelled";
}

/** As the item stood when so many commits had been made. */
export function stateAt({ moves }: ItemWalk, index: number): ItemState | undefined {
  return moves.filter((move) => move.index < index).at(-1)?.after?.state;
}

/** As it stands when all is over; nothing where it has not ended. */
export function endOf(walk: ItemWalk | undefined): ItemEnd | undefined {
  const state = walk?.moves.at(-1)?.after?.state;
  return isItemEnd(state) ? state : undefined;
}

/** Whether anything ran again, or its job did: then what has ended may change, and not all that follows does. */
export function ranAgain({ items }: BatchWalk): boolean {
  return [...items.values()].some(
    (walk) => releasesAgain(walk).length > 0 || walk.jobs.flatMap(beginningsOf).length > walk.jobs.length,
  );
}

/** The moves by which the item, having ended, was released once more. */
export function releasesAgain({ moves }: ItemWalk): ItemMove[] {
  return moves.filter(({ before, after }) => isItemEnd(before?.state) && after?.state === "released");
}

/** What an item came to. */
export interface Outcome {
  readonly state: ItemEnd;
  /** Of the operation of its job that it follows. */
  readonly result: ItemResult | undefined;
}

/** What the item had come to when so many commits had been made; nothing while it had not ended. */
export function outcomeAt(walk: ItemWalk, index: number): Outcome | undefined {
  const { state, run } = walk.moves.findLast((move) => move.index < index)?.after ?? {};
  if (!isItemEnd(state)) return undefined;
  return { state, result: state === "completed" ? resultOf(endOfOperation(walk.jobs[0], run)) : undefined };
}

/** The job as it ended in this of its operations, the first of which is 1; nothing where it has not. */
export function endOfOperation(walk: Walk | undefined, operation: number | undefined): Job | undefined {
  return walk?.moves.find(({ after }) => after?.operations === operation && after && isTerminal(after.phase))?.after;
}

/** What a job came to that is done. */
export function resultOf(job: Job | undefined): ItemResult | undefined {
  return job?.phase === "done" && "inline" in job.result ? (job.result.inline as ItemResult) : undefined;
}

/** The move by which the item first came to an end. */
export function firstEnd({ moves }: ItemWalk): ItemMove | undefined {
  return moves.find(({ after }) => isItemEnd(after?.state));
}

/** The move by which the item came to its latest end. */
export function lastEnd({ moves }: ItemWalk): ItemMove | undefined {
  return moves.findLast(({ before, after }) => isItemEnd(after?.state) && !isItemEnd(before?.state));
}

/** Each time that an operation of the job began: its creation first. */
export function beginningsOf({ moves }: Walk): Move[] {
  return moves.filter(({ before, after }) => after && before?.operationId !== after.operationId);
}
