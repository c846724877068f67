import type { Hub } from "../hub.ts";
import type { Entity, Known } from "../state/instance.ts";
import { takePage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

export interface EntityFilter {
  /** Without regard to case. */
  readonly name?: string | undefined;
  /** Milliseconds since the epoch, both ends included. */
  readonly lastOperationFrom?: number | undefined;
  readonly lastOperationTo?: number | undefined;
}

/** The entities that have a state. */
export function listEntities(hub: Hub, filter: EntityFilter, page: PageRequest): Page<Entity> {
  return takePage(entitiesOf(hub.all()), page, (entity) => matches(entity, filter));
}

function* entitiesOf(all: Iterable<Known>): Iterable<Entity> {
  for (const known of all) if (known.kind === "entity") yield known;
}

function matches(entity: Entity, { name, lastOperationFrom, lastOperationTo }: EntityFilter): boolean {
  return (
    entity.exists &&
    (name === undefined || entity.id.startsWith(`@${name.toLowerCase()}@`)) &&
    (lastOperationFrom === undefined || entity.updatedAt >= lastOperationFrom) &&
    (lastOperationTo === undefined || entity.updatedAt <= lastOperationTo)
  );
}
