import { EventType } from "../history/history-event.ts";
import type { ExecutionStarted } from "../history/history-event.ts";
import type { Hub } from "../hub.ts";
import type { MessageSent } from "../journal/journal-record.ts";
import { newId } from "../new-id.ts";
import { explainUnknownFunction } from "../replay/known-functions.ts";
import { isEnded } from "../state/instance.ts";
import type { ArchivedInstance, Instance, RuntimeStatus } from "../state/instance.ts";
import { findOrchestration } from "./instance-standing.ts";
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
  const { id = newId(), executionId = newId() } = start;
  const reason = explainInvalidStart(hub, start.name, id);
  if (reason !== undefined) return { kind: "invalid", reason };
  const before = findOrchestration(hub, id);
  if (before && isOfThisStart(before, executionId)) return { kind: "started", id };
  const running = ifRunning(before);
  if (running && start.replacesRunning !== true) return { kind: "exists", id, status: running.status };
  await hub.commit(startRecord(startEvent(hub, { ...start, id, executionId }), running?.executionId));
  const after = findOrchestration(hub, id);
  if (!after || isOfThisStart(after, executionId)) return { kind: "started", id };
  return { kind: "exists", id, status: after.status };
}

function ifRunning(found: Instance | ArchivedInstance | undefined): Instance | ArchivedInstance | undefined {
  return found && !isEnded(found.status) ? found : undefined;
}

/** Whether an earlier try has made it. An id that is the execution's was made for this start, whatever came afterwards. */
function isOfThisStart(instance: Instance | ArchivedInstance, executionId: string): boolean {
  return instance.executionId === executionId || instance.id === executionId;
}

function startRecord(event: ExecutionStarted, replaces: string | undefined): MessageSent {
  const message = { to: event.OrchestrationInstance.InstanceId, event };
  const record = { type: "messageSent", at: Date.parse(event.Timestamp), message } as const;
  return replaces === undefined ? record : { ...record, replaces };
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

function explainInvalidStart(hub: Hub, name: string, id: string): string | undefined {
  return explainUnknownFunction(hub, "orchestrator", name) ?? explainInvalidId(id);
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
