import { randomUUID } from "node:crypto";
import { EventType } from "../history/history-event.ts";
import type { Hub } from "../hub.ts";
import { explainUnknownFunction } from "../replay/known-functions.ts";
import type { EntityRequest } from "../state/instance.ts";
import { fromOutside } from "./send-to-instance.ts";

export interface EntitySignal {
  readonly name: string;
  readonly key: string;
  readonly operation: string;
  /** JSON text; null for none. */
  readonly input: string | null;
}

/** Asks an entity to do an operation, without an answer. Returns the reason when no such entity can be. */
export async function signalEntity(hub: Hub, signal: EntitySignal): Promise<string | undefined> {
  const unknown = explainUnknownFunction(hub, "entity", signal.name);
  if (unknown !== undefined) return unknown;
  const request: EntityRequest = { op: signal.operation, id: randomUUID(), signal: true, input: signal.input };
  const event = { ...fromOutside(), EventType: EventType.EventRaised, Name: "op", Input: JSON.stringify(request) };
  const to = entityId(signal.name, signal.key);
  await hub.commit({ type: "messageSent", at: Date.parse(event.Timestamp), message: { to, event } });
  return undefined;
}

export function entityId(name: string, key: string): string {
  return `@${name.toLowerCase()}@${key}`;
}
