import { odata } from "@azure/data-tables";
import { parseTemplate } from "../../config/binding-template.ts";
import type { TemplateToken } from "../../config/binding-template.ts";
import { resolveExpression } from "../../config/expressions.ts";

/**
 * Puts binding data into an OData filter so that no value can change what the filter means: between quotes, quotes in it are
 * doubled; elsewhere it must be a number or boolean. A filter that is one expression alone is taken as it comes.
 */
export function resolveFilter(filter: string, data: Readonly<Record<string, unknown>>): string {
  const tokens = parseTemplate(filter);
  if (tokens.length === 1) return tokens.map((token) => textOf(token, data)).join("");
  return tokens
    .map((token, index) => {
      const text = textOf(token, data);
      if ("literal" in token) return text;
      if (endsInQuote(tokens[index - 1]) && beginsWithQuote(tokens[index + 1])) return text.replaceAll("'", "''");
      if (/^(?:true|false)$/i.test(text) || (text.trim() !== "" && Number.isFinite(Number(text)))) return text;
      throw new Error(`An invalid parameter value was specified for filter parameter '${token.expression}'.`);
    })
    .join("");
}

/** The filter of a partition, and of what else is asked of its entities. */
export function withPartition(partitionKey: string | undefined, filter: string | undefined): string | undefined {
  if (partitionKey === undefined) return filter;
  const inPartition = odata`PartitionKey eq ${partitionKey}`;
  return filter === undefined ? inPartition : `${inPartition} and ${filter}`;
}

function textOf(token: TemplateToken, data: Readonly<Record<string, unknown>>): string {
  return "literal" in token ? token.literal : resolveExpression(token, data);
}

function endsInQuote(token: TemplateToken | undefined): boolean {
  return token !== undefined && "literal" in token && token.literal.endsWith("'");
}

function beginsWithQuote(token: TemplateToken | undefined): boolean {
  return token !== undefined && "literal" in token && token.literal.startsWith("'");
}
