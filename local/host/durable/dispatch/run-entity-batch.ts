import type { AppFunction } from "../../functions/app-function.ts";
import { valueOf } from "../../worker/typed-data.ts";
import type { Envelope } from "../journal/journal-record.ts";
import type { Entity, EntityRequest } from "../state/instance.ts";
import type { DispatchParts } from "./dispatch-parts.ts";
import { answerTo, passLockOn, signalTo } from "./entity-messages.ts";
import type { OperationResult, Signal } from "./entity-messages.ts";
import { hasWork, nextBatch, takeIn } from "./entity-requests.ts";
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

/** What a batch has come to. */
interface Outcome {
  readonly exists: boolean;
  readonly state: string | null;
  readonly messages: readonly Envelope[];
}

/**
 * Runs what waits for an entity, up to the batch limit, and records state, answers and signals in one. Rejects, with
 * nothing recorded, when the function itself fails; what its operations throw are results.
 */
export async function runEntityBatch(id: string, parts: DispatchParts): Promise<void> {
  const entity = parts.state.find(id);
  if (entity?.kind !== "entity" || !hasWork(entity)) return;
  const messages = [...entity.inbox];
  const requests = takeIn(
    entity,
    messages.map(({ event }) => event),
  );
  const { operations, lock, rest } = nextBatch(requests, parts.options.maxEntityBatch);
  const outcome = await operate(entity, operations, parts);
  const at = Date.now();
  await parts.commit({
    type: "entityBatchCompleted",
    at,
    id,
    consumedThrough: messages.at(-1)?.sequence ?? 0,
    exists: outcome.exists,
    state: outcome.state,
    queue: rest,
    lockedBy: lock?.parent ?? requests.lockedBy,
    messages: [...outcome.messages, ...(lock ? passLockOn(lock, at) : [])],
  });
}

async function operate(
  entity: Entity,
  operations: readonly EntityRequest[],
  { functions, run, log }: DispatchParts,
): Promise<Outcome> {
  const { exists, state, name } = entity;
  if (operations.length === 0) return { exists, state, messages: [] };
  const fn = functions.find("entity", name);
  if (!fn) {
    const problem = `The entity function '${name}' doesn't exist, is disabled, or is not an entity function.`;
    log.host("warning", `${problem} ${operations.length} operation(s) for "${entity.id}" are not done.`);
    const refused = { isError: true, result: JSON.stringify(problem) };
    return { exists, state, messages: operations.flatMap((operation) => answerTo(operation, refused, Date.now())) };
  }
  const answer = await ask(entity, operations, { fn, run });
  const now = Date.now();
  const answers = operations.flatMap((operation, index) =>
    answerTo(operation, answer.results[index] ?? { isError: false }, now),
  );
  return {
    exists: answer.entityExists,
    state: answer.entityExists ? (answer.entityState ?? null) : null,
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
