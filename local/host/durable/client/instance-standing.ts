import type { Hub } from "../hub.ts";
import { isEnded } from "../state/instance.ts";
import type { ArchivedInstance, Instance, RuntimeStatus } from "../state/instance.ts";

/** How an orchestration stands. An entity is no orchestration: it counts as absent. */
export type Standing =
  | { readonly kind: "absent" }
  | { readonly kind: "ended"; readonly status: RuntimeStatus }
  | { readonly kind: "live"; readonly status: RuntimeStatus };

export function standingOf(hub: Hub, id: string): Standing {
  const found = findOrchestration(hub, id);
  if (!found) return { kind: "absent" };
  return { kind: isEnded(found.status) ? "ended" : "live", status: found.status };
}

export function findOrchestration(hub: Hub, id: string): Instance | ArchivedInstance | undefined {
  const found = hub.find(id);
  return found?.kind === "entity" ? undefined : found;
}
