import { randomUUID } from "node:crypto";
import { EventType } from "../history/history-event.ts";
import type { Envelope } from "../journal/journal-record.ts";
import type { EntityRequest } from "../state/instance.ts";

/** An operation's result as the SDK writes it. */
export interface OperationResult {
  readonly isError: boolean;
  /** JSON text. */
  readonly result?: string;
}

/** A signal that an operation has sent. */
export interface Signal {
  readonly target: { readonly name: string; readonly key: string };
  readonly name: string;
  /** JSON text; empty for none. */
  readonly input: string;
}

/** The answer for who called, under the request's id. Signals get none. */
export function answerTo(request: EntityRequest, { isError, result }: OperationResult, now: number): Envelope[] {
  const { parent, parentExecution, id, signal } = request;
  if (signal === true || parent === undefined) return [];
  const content = { result: result ?? null, ...(isError ? { exceptionType: "Error" } : {}) };
  return [{ ...raised(parent, { name: id, content }, now), ...executionOf(parentExecution) }];
}

export function signalTo({ target, name, input }: Signal, sender: string, now: number): Envelope {
  const request: EntityRequest = {
    op: name,
    signal: true,
    ...(input === "" ? {} : { input }),
    id: randomUUID(),
    parent: sender,
  };
  return raised(`@${target.name.toLowerCase()}@${target.key}`, { name: "op", content: request }, now);
}

/** The lock has been taken here: on to the next entity of the set, or back to who waits for all of them. */
export function passLockOn(request: EntityRequest, now: number): Envelope[] {
  const { lockset = [], pos = 0, parent, parentExecution, id } = request;
  const next = lockset[pos + 1];
  if (next) return [raised(`@${next.name}@${next.key}`, { name: "op", content: { ...request, pos: pos + 1 } }, now)];
  if (parent === undefined) return [];
  return [{ ...raised(parent, { name: id, content: { result: null } }, now), ...executionOf(parentExecution) }];
}

function executionOf(executionId: string | undefined): { executionId?: string } {
  return executionId === undefined ? {} : { executionId };
}

function raised(to: string, { name, content }: { name: string; content: object }, now: number): Envelope {
  const event = {
    EventType: EventType.EventRaised,
    EventId: -1,
    Timestamp: new Date(now).toISOString(),
    Name: name,
    Input: JSON.stringify(content),
  } as const;
  return { to, event };
}
