import { purgeInstance, purgeInstances } from "../client/purge-instances.ts";
import type { Answer } from "./answer.ts";
import { readFilter } from "./instance-list.ts";
import type { ManagementCall } from "./management-call.ts";

/** `DELETE /instances/{id}` */
export async function purgeOne({ hub, path }: ManagementCall): Promise<Answer> {
  const id = path["id"] ?? "";
  const outcome = await purgeInstance(hub, id);
  if (outcome.kind === "absent") return { status: 404 };
  if (outcome.kind === "purged") return { status: 200, body: { instancesDeleted: 1 } };
  const body = `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${id} has status ${outcome.status}`;
  return { status: 412, body };
}

/** `DELETE /instances?createdTimeFrom=`: those that have ended */
export async function purgeMany({ hub, query }: ManagementCall): Promise<Answer> {
  const filter = readFilter(query);
  if (filter.createdFrom === undefined)
    return { status: 400, body: "Please provide value for 'createdTimeFrom' parameter." };
  const instancesDeleted = await purgeInstances(hub, filter);
  return instancesDeleted === 0 ? { status: 404 } : { status: 200, body: { instancesDeleted } };
}
