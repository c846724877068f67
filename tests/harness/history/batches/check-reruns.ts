import { mayStart } from "../../batches/what-becomes.ts";
import type { Violation } from "../violation.ts";
import { isItemEnd, outcomeAt, releasesAgain } from "./batch-walk.ts";
import type { BatchWalk, ItemMove, ItemWalk } from "./batch-walk.ts";

/**
 * An item runs again because a client wants it to, or because something that it takes in has changed by what a client wants;
 * and then it does. `keep` leaves all else as it is, and so does a job that begins anew by itself.
 */
export function checkReruns(batch: BatchWalk): Violation[] {
  return [...batch.items.values()].flatMap((walk) => [
    ...releasesAgain(walk).flatMap((move) => withoutReason(batch, walk, move)),
    ...leftBehind(batch, walk),
  ]);
}

function withoutReason({ items }: BatchWalk, walk: ItemWalk, { index }: ItemMove): Violation[] {
  if (wantedAt(walk, index).length > 0) return [];
  const say = (text: string): Violation[] => [
    { kind: "unexpected", text: `${walk.item.key} ran again at commit ${index}, ${text}` },
  ];
  if (!ancestorsOf(items, walk).some((each) => hasPassedOn(each, index))) return say("and nobody wanted that");
  const since = madeAt(walk, index);
  const before = parentsAt(items, walk, since);
  const after = parentsAt(items, walk, index);
  // Who wants an item to run again reads what it depends on before: what that was, nobody can say where it was at work.
  const readAt = Math.min(since, ...wantedAt(walk, since).map(({ from }) => from));
  if (before === undefined || before !== after || before !== parentsAt(items, walk, readAt)) return [];
  return say(`made of what it was made of at commit ${since}: ${after}`);
}

/** By commit `index`, has a client wanted of it what makes others run again? */
function hasPassedOn({ wanted }: ItemWalk, index: number): boolean {
  return wanted.some(({ dependents, from }) => dependents === "rerun_changed" && from < index);
}

/** What a client wanted that this may be. */
function wantedAt({ wanted }: ItemWalk, index: number): ItemWalk["wanted"] {
  return wanted.filter(({ from, to }) => from <= index && index < to);
}

/** The commit that says what the item was made of: its release, or what took the place of one. */
function madeAt({ moves }: ItemWalk, before: number): number {
  const decided = moves.findLast(
    ({ index, before: was, after }) =>
      index < before &&
      (after?.state === "released" ? was?.state !== "released" : after?.run === 0 && isItemEnd(after.state)),
  );
  return decided?.index ?? -1;
}

/** What they had come to, in JSON; nothing where one was at work. */
function parentsAt(items: BatchWalk["items"], { item }: ItemWalk, index: number): string | undefined {
  const outcomes = item.dependsOn.map((key) => outcomeOf(items, key, index));
  return outcomes.includes(undefined) ? undefined : JSON.stringify(outcomes);
}

function outcomeOf(items: BatchWalk["items"], key: string, index: number) {
  const parent = items.get(key);
  return parent && outcomeAt(parent, index);
}

function ancestorsOf(items: BatchWalk["items"], { item }: ItemWalk): ItemWalk[] {
  const met = new Set<string>();
  const left = [...item.dependsOn];
  for (let key = left.pop(); key !== undefined; key = left.pop()) {
    if (met.has(key)) continue;
    met.add(key);
    left.push(...(items.get(key)?.item.dependsOn ?? []));
  }
  return [...met].flatMap((key) => items.get(key) ?? []);
}

/** When all is over it is made of what those of its parents came to last that ran again and were to pass that on. */
function leftBehind(batch: BatchWalk, walk: ItemWalk): Violation[] {
  const { items } = batch;
  const made = madeAt(walk, Infinity);
  return walk.item.dependsOn.flatMap((key): Violation[] => {
    const parent = items.get(key);
    const run = parent && lastPassedOn(parent);
    if (!parent || !run || run.end.index < made) return [];
    if (isStoppedSince(batch, run.begin.index) || !mayStartSince(batch, walk, run.end.index)) return [];
    if (walk.alone.some(({ to }) => to > run.begin.index)) return []; // What it runs with then is not the batch's.
    // Whoever decided while it was at work may have read it before.
    const begun = releasesAgain(parent).findLast(({ index }) => index < made)?.index;
    const was = JSON.stringify(outcomeAt(parent, made) ?? (begun !== undefined && outcomeAt(parent, begun)));
    const is = JSON.stringify(outcomeAt(parent, Infinity));
    if (was === is) return [];
    return [{ kind: "wrong result", text: `${walk.item.key} is made of ${key} as ${was}, which is ${is} since` }];
  });
}

/** The last run of an item by which others were to run again for sure; nothing if its job has begun anew by itself since. */
function lastPassedOn(walk: ItemWalk): { readonly begin: ItemMove; readonly end: ItemMove } | undefined {
  const begin = releasesAgain(walk).at(-1);
  const end = walk.moves.findLast(({ before, after }) => before?.state !== after?.state || before?.run !== after?.run);
  if (!begin || !isItemEnd(end?.after?.state) || end.before?.state !== "released") return undefined;
  const wanted = wantedAt(walk, begin.index);
  return wanted.every(({ dependents }) => dependents === "rerun_changed") ? { begin, end } : undefined;
}

/** Then whatever was to run again may be cancelled in place of that. */
function isStoppedSince({ header }: BatchWalk, index: number): boolean {
  return header.some((move) => move.index > index && move.after === "stopping");
}

/** Whether what it depends on has had no other end since than it asks for. */
function mayStartSince({ plan, items }: BatchWalk, { item }: ItemWalk, index: number): boolean {
  return item.dependsOn.every((key) => {
    const parent = items.get(key);
    const later = parent?.moves.filter((move) => move.index > index).map((move) => move.after?.state) ?? [];
    const states = [parent && outcomeAt(parent, index + 1)?.state, ...later].filter(isItemEnd);
    return mayStart(plan.policy, states);
  });
}
