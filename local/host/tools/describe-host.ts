import type { CatalogEntry } from "../functions/catalog.ts";
import type { HostContext } from "../host-context.ts";
import { countQueues } from "./count-queues.ts";
import type { QueueCount } from "./count-queues.ts";

export interface HostDescription {
  readonly functions: readonly FunctionLine[];
  readonly instances: InstanceList;
  readonly queues: readonly QueueCount[];
}

interface FunctionLine {
  readonly name: string;
  readonly trigger: string;
  /** Methods and URL of an HTTP function. */
  readonly description?: string;
  readonly isDisabled: boolean;
  readonly error?: string;
}

interface InstanceList {
  readonly hub: string;
  /** Set when another host owns the hub: its instances are shown there. */
  readonly ownedBy?: string;
  readonly countByStatus: Readonly<Record<string, number>>;
  /** The ones that changed last. */
  readonly latest: readonly InstanceLine[];
}

export interface InstanceLine {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const MOST_INSTANCES = 100;

/** What the host runs and what waits there, at this moment. */
export async function describeHost(parts: {
  readonly context: HostContext;
  readonly catalog: readonly CatalogEntry[];
}): Promise<HostDescription> {
  const { context, catalog } = parts;
  return {
    functions: catalog.map((entry) => describeFunction(entry, context.hostUrl)),
    instances: await listInstances(context),
    queues: await countQueues(catalog, context.environment),
  };
}

function describeFunction(entry: CatalogEntry, hostUrl: string): FunctionLine {
  const { name, registered, isDisabled, error, served } = entry;
  const types = Object.values(registered.metadata.bindings).map(({ type }) => type);
  const trigger = types.find((type) => type.toLowerCase().endsWith("trigger")) ?? "none";
  return {
    name,
    trigger,
    isDisabled,
    ...(served ? { description: served.extension.describe(served.fn, hostUrl) } : {}),
    ...(error === undefined ? {} : { error }),
  };
}

async function listInstances({ durable, ownership }: HostContext): Promise<InstanceList> {
  const hub = durable.hub();
  const name = durable.options.hubName;
  if (!hub) {
    const owner = ownership.isOwner() ? undefined : await ownership.owner();
    return { hub: name, countByStatus: {}, latest: [], ...(owner ? { ownedBy: owner.url } : {}) };
  }
  const countByStatus: Record<string, number> = {};
  const lines: { line: InstanceLine; updatedAt: number }[] = [];
  for (const known of hub.all()) {
    const status = known.kind === "entity" ? "Entity" : known.status;
    countByStatus[status] = (countByStatus[status] ?? 0) + 1;
    const { id, createdAt, updatedAt } = known;
    const line = { id, name: known.name, status, createdAt: iso(createdAt), updatedAt: iso(updatedAt) };
    lines.push({ line, updatedAt });
  }
  const latest = lines.sort((one, other) => other.updatedAt - one.updatedAt).slice(0, MOST_INSTANCES);
  return { hub: name, countByStatus, latest: latest.map(({ line }) => line) };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
