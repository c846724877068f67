import type { PlannedBatch, PlannedItem, Policy } from "./planned-batch.ts";

/** How a job can end, and with it its item. */
export type JobEnd = "completed" | "failed" | "cancelled";
export type ItemEnd = JobEnd | "skipped";

/** What is known of a batch when all is over. */
export interface BatchFacts {
  /** How the job of an item ended; nothing where there never was one. */
  readonly endOfJob: (key: string) => JobEnd | undefined;
  /** Somebody asked for the batch to be cancelled, and was heard. */
  readonly wasCancelled: boolean;
}

/** Whether an item may have its job now: `ends` of its parents, nothing for those that have not ended. */
export function mayStart(policy: Policy, ends: readonly (ItemEnd | undefined)[]): boolean {
  return ends.every((end) => (policy === "continue" ? end !== undefined : end === "completed"));
}

/**
 * What an item must end as, by what its parents ended as and its own job came to; with several answers where it depends
 * on who came first. From the items that depend on none it follows for all others.
 */
function allowedEnds(
  { policy }: Pick<PlannedBatch, "policy">,
  item: PlannedItem,
  known: {
    readonly endOf: (key: string) => ItemEnd | undefined;
    readonly endOfJob: JobEnd | undefined;
    /** The batch was cancelled, or the first failure has cancelled it. */
    readonly wasStopped: boolean;
  },
): readonly ItemEnd[] {
  const { endOf, endOfJob, wasStopped } = known;
  const ends = item.dependsOn.map(endOf);
  const starts = mayStart(policy, ends);
  if (endOfJob) return starts ? [endOfJob] : [];
  const stopped: readonly ItemEnd[] = wasStopped ? ["cancelled"] : [];
  if (!starts) return policy === "skip_dependents" ? ["skipped", ...stopped] : stopped;
  const fits = item.needs === undefined || endOf(item.needs) === "completed";
  return fits ? stopped : ["failed", ...stopped];
}

/** What every item may have ended as. @throws Error when the graph has a circle */
export function whatBecomes(batch: PlannedBatch, facts: BatchFacts): ReadonlyMap<string, readonly ItemEnd[]> {
  const allowed = new Map<string, readonly ItemEnd[]>();
  const wasStopped = facts.wasCancelled || (batch.policy === "fail_fast" && isSpoilt(batch, facts));
  for (const item of inOrder(batch)) {
    const first = (key: string) => allowed.get(key)?.[0];
    allowed.set(item.key, allowedEnds(batch, item, { endOf: first, endOfJob: facts.endOfJob(item.key), wasStopped }));
  }
  return allowed;
}

/** What the batch itself ends as, by the ends of its items, and of the job at its very end if it had one. */
export function endOfBatch(ends: readonly ItemEnd[], wasCancelled: boolean): "completed" | "failed" | "cancelled" {
  if (wasCancelled) return "cancelled";
  return ends.every((end) => end === "completed") ? "completed" : "failed";
}

/** Parents first. */
export function inOrder({ items }: Pick<PlannedBatch, "items">): PlannedItem[] {
  const ordered: PlannedItem[] = [];
  const placed = new Set<string>();
  let left = items;
  while (left.length > 0) {
    const next = left.filter(({ dependsOn }) => dependsOn.every((key) => placed.has(key)));
    if (next.length === 0) throw new Error("Cannot order a graph that has a circle");
    for (const { key } of next) placed.add(key);
    ordered.push(...next);
    left = left.filter(({ key }) => !placed.has(key));
  }
  return ordered;
}

/** Somebody may have cancelled a single job: that counts as much as a failure. */
function isSpoilt({ items }: PlannedBatch, { endOfJob }: BatchFacts): boolean {
  return items.some(({ key }) => (endOfJob(key) ?? "completed") !== "completed");
}
