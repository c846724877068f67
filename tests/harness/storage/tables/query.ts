import type { WireRequest, WireResponse } from "../wire.ts";
import { toJson } from "./entity.ts";
import { parseFilter } from "./filter.ts";
import { compare } from "./rows.ts";
import type { Rows, Stretch } from "./rows.ts";

/** The service hands out no more rows than this at a time. */
const LARGEST_PAGE = 1000;

/** A page of rows, and in headers the row to go on with. */
export function queryPage(rows: Rows, { query }: WireRequest): WireResponse {
  const filter = query.get("$filter") ?? "";
  const matches = parseFilter(filter);
  const from = { partitionKey: query.get("NextPartitionKey") ?? "", rowKey: query.get("NextRowKey") ?? "" };
  const size = Math.min(LARGEST_PAGE, Number(query.get("$top") ?? LARGEST_PAGE));
  const found = rows.sorted(stretchOf(filter)).filter((entity) => compare(entity, from) >= 0 && matches(entity));
  const next = found[size];
  return {
    status: 200,
    headers: {
      "content-type": "application/json;odata=minimalmetadata;charset=utf-8",
      ...(next && {
        "x-ms-continuation-nextpartitionkey": next.partitionKey,
        "x-ms-continuation-nextrowkey": next.rowKey,
      }),
    },
    body: JSON.stringify({ value: found.slice(0, size).map(selected(query.get("$select"))) }),
  };
}

/** What need not be looked at: no more than that, since each row is held against the filter as well. */
function stretchOf(filter: string): Stretch {
  if (/\b(or|not)\b/i.test(filter)) return {};
  const valueOf = (comparison: RegExp) => comparison.exec(filter)?.[1]?.replaceAll("''", "'");
  return {
    partitionKey: valueOf(/\bPartitionKey eq '((?:[^']|'')*)'/i),
    from: valueOf(/\bRowKey g[te] '((?:[^']|'')*)'/i),
    to: valueOf(/\bRowKey l[te] '((?:[^']|'')*)'/i),
  };
}

function selected(names: string | null): (entity: Parameters<typeof toJson>[0]) => Record<string, unknown> {
  if (!names) return toJson;
  const wanted = new Set(names.split(",").flatMap((name) => [name, `${name}@odata.type`]));
  return (entity) =>
    Object.fromEntries(Object.entries(toJson(entity)).filter(([name]) => name === "odata.etag" || wanted.has(name)));
}
