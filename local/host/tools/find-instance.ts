import type { Entity, Instance } from "../durable/state/instance.ts";
import type { HostContext } from "../host-context.ts";

/** An instance or entity as it is, or why it cannot be shown. */
export type FoundInstance = Shown | { readonly error: string };

export interface Shown {
  readonly facts: Readonly<Record<string, unknown>>;
  /** Raw, as the orchestrator is given it. Entities keep no history. */
  readonly history: readonly Readonly<Record<string, unknown>>[];
}

/** Looks an instance or entity up in the hub of this host. */
export async function findInstance(id: string, { durable, ownership }: HostContext): Promise<FoundInstance> {
  const hub = durable.hub();
  if (!hub) {
    const owner = ownership.isOwner() ? undefined : await ownership.owner();
    return { error: owner ? `Another host owns the task hub: ask ${owner.url}` : "This app has no task hub" };
  }
  const known = hub.find(id);
  if (known?.kind === "entity") return { facts: entityFacts(known), history: [] };
  const instance = await hub.load(id);
  return instance
    ? { facts: instanceFacts(instance), history: instance.history.map(eventFacts) }
    : { error: `There is no instance "${id}"` };
}

function instanceFacts(instance: Instance): Record<string, unknown> {
  const { id, name, version, executionId, status, input, output, customStatus, parent } = instance;
  return {
    ...{ id, name, version, executionId, status, input, output, customStatus },
    parent: parent?.OrchestrationInstance.InstanceId ?? null,
    createdAt: new Date(instance.createdAt).toISOString(),
    updatedAt: new Date(instance.updatedAt).toISOString(),
    waitingMessages: instance.inbox.length,
    runningActivities: [...instance.activities.values()].map((work) => `#${work.taskId} ${work.name}`),
    armedTimers: [...instance.timers.values()].map(timerFacts),
  };
}

function entityFacts(entity: Entity): Record<string, unknown> {
  const { id, exists, state, lockedBy } = entity;
  return {
    ...{ id, exists, state, lockedBy },
    createdAt: new Date(entity.createdAt).toISOString(),
    updatedAt: new Date(entity.updatedAt).toISOString(),
    waitingOperations: entity.inbox.length + entity.queue.length,
    scheduledSignals: [...entity.timers.values()].map(timerFacts),
  };
}

function timerFacts({ id, fireAt }: { readonly id: number | string; readonly fireAt: number }): string {
  return `#${id} at ${new Date(fireAt).toISOString()}`;
}

function eventFacts(event: object): Record<string, unknown> {
  return { ...event };
}
