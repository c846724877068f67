import type { Hub } from "../hub.ts";
import { isEnded } from "../state/instance.ts";
import type { RuntimeStatus } from "../state/instance.ts";
import { matches } from "./list-instances.ts";
import type { InstanceFilter } from "./list-instances.ts";

export type PurgeOutcome =
  | { readonly kind: "purged" }
  | { readonly kind: "absent" }
  | { readonly kind: "running"; readonly status: RuntimeStatus };

/** Forgets an orchestration that has ended, or an entity. */
export async function purgeInstance(hub: Hub, id: string): Promise<PurgeOutcome> {
  const found = hub.find(id);
  if (!found) return { kind: "absent" };
  if (found.kind !== "entity" && !isEnded(found.status)) return { kind: "running", status: found.status };
  await hub.commit({ type: "purged", at: Date.now(), ids: [id] });
  const left = hub.find(id); // it has been started again meanwhile
  return left && left.kind !== "entity" && !isEnded(left.status)
    ? { kind: "running", status: left.status }
    : { kind: "purged" };
}

/** Forgets the orchestrations that match and have ended; returns how many. */
export async function purgeInstances(hub: Hub, filter: InstanceFilter): Promise<number> {
  const ids = [...hub.all()]
    .filter((known) => known.kind !== "entity" && isEnded(known.status) && matches(known, filter))
    .map(({ id }) => id);
  if (ids.length > 0) await hub.commit({ type: "purged", at: Date.now(), ids });
  return ids.filter((id) => !hub.find(id)).length; // one may have been started again meanwhile
}
