import type { AppFunction } from "../../functions/app-function.ts";
import { valueOf } from "../../worker/typed-data.ts";
import type { Envelope } from "../journal/journal-record.ts";
import { isEnded } from "../state/instance.ts";
import type { Entity, EntityRequest, Instance, Known } from "../state/instance.ts";
import type { DispatchParts } from "./dispatch-parts.ts";
import { answerTo, passLockOn, signalTo } from "./entity-messages.ts";
import type { OperationResult, Signal } from "./entity-messages.ts";
import { hasWork, nextBatch, takeIn } from "./entity-requests.ts";
import type { Batch, Requests } from "./entity-requests.ts";
import { DURABLE_REASON } from "./reason.ts";

/** What an entity function answers for a batch. */
interface EntityAnswer {
  readonly entityExists: boolean;
  /** JSON text. */
  readonly entityState?: string;
  /** One for each operation. */
  readonly results: readonly OperationResult[];
  readonly signals: readonly Signal[];
}

/** What operations have come to; there is no outcome when there are none. */
interface Done {
  readonly outcome?: { readonly exists: boolean; readonly state: string | null };
  readonly messages: readonly Envelope[];
}

/**
 * Runs what waits for an entity, up to the batch limit, and records state, answers and signals in one. Rejects, with
 * nothing recorded, when the function itself fails; what its operations throw are results.
 */
export async function runEntityBatch(id: string, parts: DispatchParts): Promise<void> {
  const entity = parts.state.find(id);
  if (entity?.kind !== "entity" || !hasWork(entity)) return;
  const requests = waitingRequests(entity, parts);
  const batch = nextBatch(requests, parts.options.maxEntityBatch);
  const lock = withoutDeadLock(id, batch, parts);
  const consumedThrough = entity.inbox.at(-1)?.sequence ?? 0;
  const { messages, ...outcome } = await operate(entity, batch.operations, parts);
  const at = Date.now();
  await parts.commit({
    type: "entityBatchCompleted",
    at,
    id,
    createdAt: entity.createdAt,
    consumedThrough,
    ...outcome,
    queue: batch.rest,
    lockedBy: lock?.parent ?? requests.lockedBy,
    messages: lock ? [...messages, ...passLockOn(lock, at)] : messages,
  });
}

/** A holder releases its locks when it ends, unless it had no function any more that could say which. */
function waitingRequests(entity: Entity, { state, log }: DispatchParts): Requests {
  const events = entity.inbox.map(({ event }) => event);
  const { queue, lockedBy } = takeIn(entity, events);
  if (lockedBy === null || isRunning(state.find(lockedBy))) return { queue, lockedBy };
  log.host("warning", `Durable entity "${entity.id}" is released: "${lockedBy}", which has locked it, has ended.`);
  return { queue, lockedBy: null };
}

/** The lock that is due, if whoever asks for it is there to release it: its request may still be on its way from entity to entity. */
function withoutDeadLock(id: string, { lock }: Batch, { state, log }: DispatchParts): EntityRequest | undefined {
  if (!lock) return undefined;
  const { parent = "", parentExecution } = lock;
  const instance = state.find(parent);
  if (isRunning(instance) && instance.executionId === (parentExecution ?? instance.executionId)) return lock;
  log.host("warning", `Durable entity "${id}" is not locked for "${parent}", which has asked for it and ended.`);
  return undefined;
}

function isRunning(known: Known | undefined): known is Instance {
  return known?.kind === "orchestration" && !isEnded(known.status);
}

async function operate(
  entity: Entity,
  operations: readonly EntityRequest[],
  { functions, run, log }: DispatchParts,
): Promise<Done> {
  if (operations.length === 0) return { messages: [] };
  const { exists, state, name } = entity;
  const fn = functions.find("entity", name);
  if (!fn) {
    const problem = `The entity function '${name}' doesn't exist, is disabled, or is not an entity function.`;
    log.host("warning", `${problem} ${operations.length} operation(s) for "${entity.id}" are not done.`);
    const refused = { isError: true, result: JSON.stringify(problem) };
    const answers = operations.flatMap((operation) => answerTo(operation, refused, Date.now()));
    return { outcome: { exists, state }, messages: answers };
  }
  const answer = await ask(entity, operations, { fn, run });
  const now = Date.now();
  const answers = operations.flatMap((operation, index) =>
    answerTo(operation, answer.results[index] ?? { isError: false }, now),
  );
  return {
    outcome: { exists: answer.entityExists, state: answer.entityExists ? (answer.entityState ?? null) : null },
    messages: [...answers, ...answer.signals.map((signal) => signalTo(signal, entity.id, now))],
  };
}

async function ask(
  { name, key, exists, state }: Entity,
  operations: readonly EntityRequest[],
  { fn, run }: Pick<DispatchParts, "run"> & { fn: AppFunction },
): Promise<EntityAnswer> {
  const batch = operations.map(({ op, input, signal }) => ({
    name: op,
    input: input ?? null,
    isSignal: signal === true,
  }));
  const trigger = JSON.stringify({ self: { name, key }, exists, state, batch });
  const { returnValue } = await run(fn, { data: { string: trigger }, reason: DURABLE_REASON });
  const answer = valueOf(returnValue);
  if (typeof answer === "object" && answer !== null && "results" in answer) return answer as EntityAnswer;
  throw new Error(`The function '${fn.name}' did not answer as an entity does`);
}
