import type { TableClient } from "@azure/data-tables";
import { resolveBindingExpressions } from "../../config/expressions.ts";
import type { BindingData, Environment } from "../../config/expressions.ts";
import { textSetting } from "../../config/text-setting.ts";
import { isMissing } from "../../storage/is-missing.ts";
import { openTable } from "../../tables/open-table.ts";
import type { Binding } from "../../worker/protocol.ts";
import type { InputBinding } from "../input-binding.ts";
import { entityJson } from "./entity-json.ts";
import type { RawEntity } from "./entity-json.ts";
import { resolveFilter, withPartition } from "./table-filter.ts";

/**
 * `input.table()`: with both keys one entity, nothing when it is missing; otherwise a list, of one partition where its key is
 * given. A list of a missing table fails the invocation, as in the real host.
 */
export const tableInput: InputBinding = {
  types: ["table"],
  prepare(binding, context) {
    const open = openTable(binding, context.environment);
    const settings = readSettings(binding, context.environment);
    return async (bindingData) => {
      const table = open(bindingData);
      const resolve = (text: string | undefined) =>
        text === undefined ? undefined : resolveBindingExpressions(text, bindingData);
      const keys = { partitionKey: resolve(settings.partitionKey), rowKey: resolve(settings.rowKey) };
      const value = isSingle(keys)
        ? await readEntity(table, keys)
        : await listEntities(table, {
            filter: filterOf(settings, bindingData, keys.partitionKey),
            take: settings.take,
          });
      return value === undefined ? {} : { json: JSON.stringify(value) };
    };
  },
};

interface TableSettings {
  readonly partitionKey: string | undefined;
  readonly rowKey: string | undefined;
  readonly filter: string | undefined;
  /** 0 for all. */
  readonly take: number;
}

function readSettings(binding: Binding, environment: Environment): TableSettings {
  const take = Number(binding["take"] ?? 0);
  if (!Number.isInteger(take))
    throw new Error(`"take" must be a whole number, found ${JSON.stringify(binding["take"])}`);
  return {
    partitionKey: textSetting(binding, "partitionKey", environment),
    rowKey: textSetting(binding, "rowKey", environment),
    filter: textSetting(binding, "filter", environment),
    take: Math.max(take, 0),
  };
}

interface EntityKeys {
  readonly partitionKey: string;
  readonly rowKey: string;
}

function isSingle(keys: { [key in keyof EntityKeys]: string | undefined }): keys is EntityKeys {
  return keys.partitionKey !== undefined && keys.rowKey !== undefined;
}

function filterOf(
  { filter }: TableSettings,
  bindingData: BindingData,
  partitionKey: string | undefined,
): string | undefined {
  return withPartition(partitionKey, filter === undefined ? undefined : resolveFilter(filter, bindingData()));
}

async function readEntity(table: TableClient, { partitionKey, rowKey }: EntityKeys): Promise<unknown> {
  try {
    return entityJson(await table.getEntity<RawEntity>(partitionKey, rowKey, { disableTypeConversion: true }));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function listEntities(
  table: TableClient,
  { filter, take }: { filter: string | undefined; take: number },
): Promise<unknown[]> {
  const queryOptions = filter === undefined ? {} : { filter };
  const entities: unknown[] = [];
  for await (const entity of table.listEntities<RawEntity>({ queryOptions, disableTypeConversion: true })) {
    entities.push(entityJson(entity));
    if (entities.length === take) break;
  }
  return entities;
}
