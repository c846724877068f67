import { TableClient } from "@azure/data-tables";
import { hasExpressions } from "../config/binding-template.ts";
import { resolveConnection } from "../config/connections.ts";
import { resolveBindingExpressions } from "../config/expressions.ts";
import type { BindingData, Environment } from "../config/expressions.ts";
import { textSetting } from "../config/text-setting.ts";
import type { Binding } from "../worker/protocol.ts";

/** The rules of the storage service. */
const TABLE_NAME = /^[A-Za-z][A-Za-z0-9]{2,62}$/;

/** Reads `tableName` and `connection` of a table binding. Throws when a setting or the connection is missing. */
export function openTable(binding: Binding, environment: Environment): (bindingData: BindingData) => TableClient {
  const tableName = textSetting(binding, "tableName", environment);
  if (tableName === undefined) throw new Error('"tableName" must name a table, found nothing');
  const connection = resolveConnection(binding["connection"], environment);
  if (!hasExpressions(tableName)) parseTableName(tableName);
  return (bindingData) => {
    const name = parseTableName(resolveBindingExpressions(tableName, bindingData));
    // Local emulators speak http; whoever writes http into a connection string means it.
    return TableClient.fromConnectionString(connection, name, { allowInsecureConnection: true });
  };
}

function parseTableName(name: string): string {
  if (TABLE_NAME.test(name)) return name;
  throw new Error(`A table name must be 3 to 63 letters and digits, beginning with a letter; found '${name}'`);
}
