import type { Row } from "../platform/tables.ts";
import type { BatchDeps } from "./batch-deps.ts";
import { endIfOver } from "./end-batch.ts";
import type { Item } from "./item.ts";
import { activeMark } from "./marks.ts";
import { releaseDependents } from "./release-dependents.ts";
import type { Turn } from "./release-dependents.ts";
import { rerunIfChanged } from "./rerun-item.ts";
import { startItem } from "./start-item.ts";
import type { Origin } from "./start-item.ts";
import { stopBatch } from "./stop-batch.ts";

export interface PassOnOptions {
  readonly turn: Turn;
  /** So many dependents at most: the rest is left over. */
  readonly budget: number;
}

/**
 * Does what follows from ends of items that are written down: releases what waited for them, and in turn what waited for
 * those that could not even begin; and ends the batch if nothing is left. Item after item, not one within the other, so
 * that a long line of skipped ones needs no stack.
 *
 * @returns whether all of it is done: if not, somebody is to come again
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function passOn(
  deps: BatchDeps,
  origin: Origin,
  { ended, turn: asked, budget }: PassOnOptions & { readonly ended: Item },
): Promise<boolean> {
  // Whoever was at what followed from its end before may have died, and left the rest to whoever is at this one.
  const turn = asked === "first" && ended.isRerun ? "repeat" : asked;
  const again = ended.isStale && turn !== "later" ? await rerunIfChanged(deps, origin, { ref: ended }) : undefined;
  if (again) {
    await startAndPassOn(deps, origin, again);
    return true;
  }
  const marks = await passOnAll(deps, origin, { ended, turn, budget });
  if (!marks) return false;
  for (const mark of marks) await deps.items.unmark(mark);
  await endIfOver(deps, origin);
  return true;
}

/** Does all of what follows from an end, part of which somebody may have done before. */
export async function passOnAgain(deps: BatchDeps, origin: Origin, ended: Item): Promise<void> {
  await passOn(deps, origin, { ended, turn: "repeat", budget: Infinity });
}

/** Makes the job of a released item; if it fails without one, does what follows from that. */
export async function startAndPassOn(deps: BatchDeps, origin: Origin, item: Item): Promise<void> {
  const ended = await startItem(deps, origin, { item });
  if (ended) await passOnAgain(deps, origin, ended);
}

/** The marks that stand for all of it, and go when it is done; nothing while it is not. */
async function passOnAll(
  deps: BatchDeps,
  origin: Origin,
  { ended, turn, budget }: PassOnOptions & { readonly ended: Item },
): Promise<Row[] | undefined> {
  const marks = turn === "later" ? [] : [activeMark(ended)];
  const left: Item[] = [ended];
  const met = new Set([ended.index]);
  let seen = 0;
  for (let item = left.pop(); item; item = left.pop()) {
    if (item.state !== "completed" && item.policy === "fail_fast") await stopBatch(deps, origin, item);
    const links = await deps.items.linksOf(item);
    seen += links.children.length + links.wide.length;
    if (seen > budget) return undefined;
    const released = await releaseDependents(deps, origin, { ended: item, links, turn, heldBy: activeMark(ended) });
    // There may be very many ways to an item: once it is seen to, so is all that depends on it.
    const next = released.further.filter(({ index }) => !met.has(index));
    for (const { index } of next) met.add(index);
    left.push(...next);
    if (item === ended && released.isUnmarked) marks.pop();
    else if (item !== ended && item.isJobless) marks.push(activeMark(item));
  }
  return marks;
}
