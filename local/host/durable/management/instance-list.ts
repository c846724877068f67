import { listInstances } from "../client/list-instances.ts";
import type { InstanceFilter } from "../client/list-instances.ts";
import type { Answer } from "./answer.ts";
import type { ManagementCall } from "./management-call.ts";
import { pageAnswer, readPageRequest } from "./page-answer.ts";
import type { Query } from "./query.ts";
import { statusView } from "./status-view.ts";

/** `GET /instances`, page by page */
export async function instanceList(call: ManagementCall): Promise<Answer> {
  const { hub, query } = call;
  const options = { showsInput: query.flag("showInput") ?? true, showsHistory: false, showsHistoryOutput: false };
  const { items, continuation } = listInstances(hub, readFilter(query), readPageRequest(call));
  const views: unknown[] = [];
  // One after the other: what has been moved out is read from disk.
  for (const known of items) views.push(await statusView(hub, known, options));
  return pageAnswer(
    views.filter((view) => view !== undefined),
    continuation,
  );
}

export function readFilter(query: Query): InstanceFilter {
  return {
    idPrefix: query.text("instanceIdPrefix"),
    createdFrom: query.instant("createdTimeFrom"),
    createdTo: query.instant("createdTimeTo"),
    statuses: query.statuses("runtimeStatus"),
  };
}
