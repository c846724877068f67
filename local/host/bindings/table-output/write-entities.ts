import type { TableClient, TransactionAction } from "@azure/data-tables";
import { isMissing } from "../../storage/is-missing.ts";
import type { OutputEntity } from "./output-entity.ts";

/** The most that the service takes in one transaction. */
const LARGEST_BATCH = 100;

/**
 * Writes entities in transactions of one partition each, creating the table when it is missing. Rejects at the first that
 * fails, a conflict among them; transactions before it stay.
 */
export async function writeEntities(table: TableClient, entities: readonly OutputEntity[]): Promise<void> {
  for (const batch of batches(entities)) await submit(table, batch);
}

/** A row that comes a second time begins a new transaction: the service takes a row only once in each. */
export function batches(entities: readonly OutputEntity[]): readonly TransactionAction[][] {
  const done: TransactionAction[][] = [];
  const open = new Map<string, Map<string, TransactionAction>>();
  for (const { partitionKey, rowKey, action } of entities) {
    let partition = open.get(partitionKey) ?? new Map<string, TransactionAction>();
    if (partition.has(rowKey) || partition.size === LARGEST_BATCH) {
      done.push([...partition.values()]);
      partition = new Map();
    }
    open.set(partitionKey, partition.set(rowKey, action));
  }
  return [...done, ...[...open.values()].map((partition) => [...partition.values()])];
}

async function submit(table: TableClient, batch: TransactionAction[]): Promise<void> {
  try {
    await table.submitTransaction(batch);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await table.createTable(); // no error when it exists already
    await table.submitTransaction(batch);
  }
}
