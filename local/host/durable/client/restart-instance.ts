import type { Hub } from "../hub.ts";
import { findOrchestration } from "./instance-standing.ts";
import { startInstance } from "./start-instance.ts";
import type { StartOutcome } from "./start-instance.ts";

export interface Restart {
  readonly hasNewId: boolean;
  readonly replacesRunning?: boolean;
}

/** Starts an orchestration again with the input and version it had, under a new id or its own. */
export async function restartInstance(
  hub: Hub,
  id: string,
  { hasNewId, replacesRunning = false }: Restart,
): Promise<StartOutcome> {
  const instance = findOrchestration(hub, id) && (await hub.load(id));
  if (!instance) return { kind: "invalid", reason: `An orchestration with the instanceId ${id} was not found.` };
  const { name, input, version } = instance;
  return startInstance(hub, { name, input, version, id: hasNewId ? undefined : id, replacesRunning });
}
