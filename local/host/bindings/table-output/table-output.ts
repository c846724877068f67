import { resolveBindingExpressions } from "../../config/expressions.ts";
import { textSetting } from "../../config/text-setting.ts";
import { openTable } from "../../tables/open-table.ts";
import type { TypedData } from "../../worker/protocol.ts";
import { valueOf } from "../../worker/typed-data.ts";
import type { OutputBinding } from "../output-binding.ts";
import { outputEntity } from "./output-entity.ts";
import { writeEntities } from "./write-entities.ts";

/** `output.table()`: inserts an object or a list of objects, whose keys may come from the binding. */
export const tableOutput: OutputBinding = {
  type: "table",
  prepare(binding, context) {
    const open = openTable(binding, context.environment);
    const partitionKey = textSetting(binding, "partitionKey", context.environment);
    const rowKey = textSetting(binding, "rowKey", context.environment);
    return async (data, bindingData) => {
      const resolve = (text: string | undefined) =>
        text === undefined ? undefined : resolveBindingExpressions(text, bindingData);
      const keys = { partitionKey: resolve(partitionKey), rowKey: resolve(rowKey) };
      const entities = valuesOf(data).map((value) => outputEntity(value, keys));
      if (entities.length > 0) await writeEntities(open(bindingData), entities);
    };
  },
};

/** A list is one entity an element, also one written as JSON text. */
function valuesOf(data: TypedData): readonly unknown[] {
  const value = valueOf(data);
  const parsed: unknown = typeof value === "string" ? parse(value) : value;
  if (parsed === undefined || parsed === null) return [];
  return Array.isArray(parsed) ? parsed : [parsed];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // refused later, as no object
  }
}
