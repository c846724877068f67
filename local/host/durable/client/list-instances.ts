import type { Hub } from "../hub.ts";
import type { Known, RuntimeStatus } from "../state/instance.ts";
import { takePage } from "./page.ts";
import type { Page, PageRequest } from "./page.ts";

/** All that is said must hold. Times in milliseconds since the epoch, both ends included. */
export interface InstanceFilter {
  readonly idPrefix?: string | undefined;
  readonly createdFrom?: number | undefined;
  readonly createdTo?: number | undefined;
  /** Empty or absent: any. */
  readonly statuses?: readonly RuntimeStatus[] | undefined;
}

/** Orchestrations and entities (which are always Running), as the Durable extension lists them. */
export function listInstances(hub: Hub, filter: InstanceFilter, page: PageRequest): Page<Known> {
  return takePage(hub.all(), page, (known) => matches(known, filter));
}

export function matches(known: Known, { idPrefix, createdFrom, createdTo, statuses = [] }: InstanceFilter): boolean {
  const status = known.kind === "entity" ? "Running" : known.status;
  return (
    (idPrefix === undefined || known.id.startsWith(idPrefix)) &&
    (createdFrom === undefined || known.createdAt >= createdFrom) &&
    (createdTo === undefined || known.createdAt <= createdTo) &&
    (statuses.length === 0 || statuses.includes(status))
  );
}
