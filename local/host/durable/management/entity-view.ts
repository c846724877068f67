import type { Entity } from "../state/instance.ts";
import type { StatusView } from "./status-view.ts";
import { toSecond } from "./to-second.ts";

/** An entity in the form of an orchestration's status, as the Durable extension, where it is one, shows it. */
export function entityView(entity: Entity, showsInput: boolean): StatusView {
  const { exists, state, queue, lockedBy } = entity;
  return {
    name: `@${entity.name}`,
    instanceId: entity.id,
    runtimeStatus: "Running",
    input: showsInput ? { exists, state, sorter: {} } : null,
    customStatus: {
      ...(exists ? { entityExists: true } : {}),
      ...(queue.length === 0 ? {} : { queueSize: queue.length }),
      ...(lockedBy === null ? {} : { lockedBy }),
    },
    output: null,
    createdTime: toSecond(entity.createdAt),
    lastUpdatedTime: toSecond(entity.updatedAt),
  };
}
