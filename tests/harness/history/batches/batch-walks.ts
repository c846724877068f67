import { FINALLY_INDEX } from "../../../../src/batches/item.ts";
import { partsOfRowKey } from "../../../../src/platform/partitions.ts";
import type { Row } from "../../../../src/platform/tables.ts";
import type { PlannedBatch } from "../../batches/planned-batch.ts";
import type { Walk } from "../job-walks.ts";
import type { BatchHistory } from "./batch-history.ts";
import type { BatchWalk, HeaderMove, ItemMove, ItemState, ItemVersion, ItemWalk } from "./batch-walk.ts";
import { begunAlone, wantedAgain } from "./wanted-again.ts";

export const BATCH_TABLE = "millracebatches";

/** The walks of all batches, found by the keys of their items, which begin with the name of the plan. */
export function batchWalksOf({ commits, plans, batchEvents }: BatchHistory, walks: readonly Walk[]): BatchWalk[] {
  const headers = new Map<string, HeaderMove[]>();
  const items = new Map<string, Map<string, ItemMove[]>>();
  const marks = new Map<string, Set<string>>();
  for (const [index, { at, by, table, before, after }] of commits.entries()) {
    const row = after ?? before;
    if (!row) continue;
    const [kind] = partsOfRowKey(row.rowKey);
    if (table === BATCH_TABLE && kind === "item")
      listIn(mapIn(items, row.partitionKey), String(row["key"])).push({
        ...{ index, at, by },
        before: before && itemStateOf(before),
        after: after && itemStateOf(after),
      });
    else if (table === BATCH_TABLE) {
      const standing = marks.get(row.partitionKey) ?? new Set();
      marks.set(row.partitionKey, standing);
      if (after) standing.add(row.rowKey);
      else standing.delete(row.rowKey);
    } else if (kind === "batch")
      listIn(headers, batchIdOf(row)).push({
        ...{ index, at, before: phaseOf(before), after: phaseOf(after) },
        wasCancelled: after?.["stop"] === "cancelled",
      });
  }
  const jobs = new Map<string, Walk[]>();
  for (const walk of walks) {
    const { batch } = walk.moves[0]?.after ?? {};
    if (batch) listIn(jobs, `${batch.batchId} ${batch.index === FINALLY_INDEX ? FINAL : batch.key}`).push(walk);
  }
  const wanted = wantedAgain(batchEvents);
  const alone = begunAlone(batchEvents);
  return [...headers].flatMap(([batchId, header]): BatchWalk[] => {
    const moves = items.get(batchId) ?? new Map<string, ItemMove[]>();
    const plan = planOf(plans, [...moves.keys()]);
    if (!plan) return [];
    const own = plan.items.map((item): ItemWalk => {
      const ownJobs = jobs.get(`${batchId} ${item.key}`) ?? [];
      return {
        ...{ item, moves: moves.get(item.key) ?? [], jobs: ownJobs },
        wanted: wanted.filter(({ key }) => key === item.key),
        alone: alone.filter(({ jobId }) => ownJobs.some((job) => job.jobId === jobId)),
      };
    });
    const finals = jobs.get(`${batchId} ${FINAL}`) ?? [];
    const byKey = new Map(own.map((walk) => [walk.item.key, walk]));
    return [{ batchId, plan, header, items: byKey, finals, marks: marks.get(batchId) ?? new Set() }];
  });
}

/** No key of a plan. */
const FINAL = "";

function planOf(plans: readonly PlannedBatch[], keys: readonly string[]): PlannedBatch | undefined {
  return plans.find(({ items }) => items.some(({ key }) => keys.includes(key)));
}

function itemStateOf(row: Row): ItemVersion {
  return { state: row["state"] as ItemState, run: Number(row["run"]), isStale: row["isStale"] === true };
}

function batchIdOf(row: Row): string {
  return String(row["batchId"]);
}

function phaseOf(row: Row | undefined): string | undefined {
  return row && String(row["phase"]);
}

function listIn<T>(map: Map<string, T[]>, key: string): T[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

function mapIn<T>(map: Map<string, Map<string, T>>, key: string): Map<string, T> {
  const inner = map.get(key) ?? new Map<string, T>();
  map.set(key, inner);
  return inner;
}
