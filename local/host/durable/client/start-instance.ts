import { randomUUID } from "node:crypto";
import { EventType } from "../history/history-event.ts";
import type { ExecutionStarted } from "../history/history-event.ts";
import type { Hub } from "../hub.ts";
import { isEnded } from "../state/instance.ts";
import type { RuntimeStatus } from "../state/instance.ts";
import { findOrchestration } from "./instance-standing.ts";
import { explainUnknownFunction } from "./known-functions.ts";
import { fromOutside } from "./send-to-instance.ts";

export interface Start {
  readonly name: string;
  /** A new one is made when it is undefined. */
  readonly id?: string | undefined;
  /** JSON text; null for none. */
  readonly input: string | null;
  readonly version?: string | undefined;
  /** Of the new execution. A start that is repeated with the same one happens once. */
  readonly executionId?: string | undefined;
  /** Whether an instance that is running is replaced; else it is a conflict. One that has ended is replaced in any case. */
  readonly replacesRunning?: boolean;
}

export type StartOutcome =
  | { readonly kind: "started"; readonly id: string }
  | { readonly kind: "invalid"; readonly reason: string }
  | { readonly kind: "exists"; readonly id: string; readonly status: RuntimeStatus };

/** Starts an orchestration. Of two starts of one id at the same time one wins; the other is told that it exists. */
export async function startInstance(hub: Hub, start: Start): Promise<StartOutcome> {
  const { name, id = randomUUID().replaceAll("-", ""), executionId = randomUUID().replaceAll("-", "") } = start;
  const reason = explainUnknownFunction(hub, "orchestrator", name) ?? explainInvalidId(id);
  if (reason !== undefined) return { kind: "invalid", reason };
  const before = findOrchestration(hub, id);
  // An id made for the start itself is the same as the execution's: whatever bears it comes from an earlier try.
  if (before && (before.executionId === executionId || id === executionId)) return { kind: "started", id };
  const isRunning = before !== undefined && !isEnded(before.status);
  if (isRunning && start.replacesRunning !== true) return { kind: "exists", id, status: before.status };
  const event = startEvent(hub, { ...start, id, executionId });
  const at = Date.parse(event.Timestamp);
  const removal = isRunning ? hub.commit({ type: "purged", at, ids: [id] }) : undefined;
  await Promise.all([removal, hub.commit({ type: "messageSent", at, message: { to: id, event } })]);
  const after = findOrchestration(hub, id);
  if (!after || after.executionId === executionId) return { kind: "started", id };
  return { kind: "exists", id, status: after.status };
}

function startEvent(hub: Hub, start: Start & { id: string; executionId: string }): ExecutionStarted {
  return {
    ...fromOutside(),
    EventType: EventType.ExecutionStarted,
    Name: start.name,
    Version: start.version ?? hub.defaultVersion,
    Input: start.input,
    OrchestrationInstance: { InstanceId: start.id, ExecutionId: start.executionId },
    ParentInstance: null,
    Tags: null,
    ScheduledStartTime: null,
  };
}

/** The rules of the Durable extension for instance ids. */
function explainInvalidId(id: string): string | undefined {
  if (id === "") return "Instance IDs must not be empty.";
  if (id.length > 256) return "Instance IDs must not exceed 256 characters.";
  if (id.startsWith("@")) return "Orchestration instance IDs must not start with @.";
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[/\\#?\u0000-\u001f\u007f-\u009f]/.test(id))
    return "Instance IDs must not contain /, \\, #, ?, or control characters.";
  return undefined;
}
