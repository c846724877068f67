import { RuntimeStatus } from "../state/instance.ts";
import { EventType } from "./history-event.ts";
import type { HistoryEvent } from "./history-event.ts";
import { jsonOrText } from "./json-or-text.ts";

export interface HistoryViewOptions {
  readonly showsInput: boolean;
  readonly showsOutput: boolean;
}

type View = Record<string, unknown>;

const NAMES = new Map<number, string>(Object.entries(EventType).map(([name, number]) => [number, name]));
const STATUSES = new Map<number, string>(Object.entries(RuntimeStatus).map(([name, number]) => [number, name]));

/** What the status API leaves out of every event, and of single kinds. */
const HIDDEN_EVERYWHERE = ["EventId", "IsPlayed"];
const HIDDEN: Readonly<Record<number, readonly string[]>> = {
  [EventType.ExecutionStarted]: ["Name", "Version", "Tags", "OrchestrationInstance", "ParentInstance"],
  [EventType.TaskScheduled]: ["Version"],
  [EventType.SubOrchestrationInstanceCreated]: ["Version"],
  [EventType.TaskCompleted]: ["TaskScheduledId"],
  [EventType.TaskFailed]: ["TaskScheduledId"],
  [EventType.SubOrchestrationInstanceCompleted]: ["TaskScheduledId"],
  [EventType.SubOrchestrationInstanceFailed]: ["TaskScheduledId"],
  [EventType.TimerFired]: ["TimerId"],
};

/**
 * A history as the status API shows it (`historyEvents`): kinds by name, without the frames of the episodes, and what was
 * scheduled merged into its completion. Source: the Durable extension's DurableClient.
 */
export function historyView(history: readonly HistoryEvent[], options: HistoryViewOptions): readonly View[] {
  const scheduled = new Map(history.flatMap((event) => (isScheduling(event) ? [[event.EventId, event] as const] : [])));
  const completed = new Set(history.flatMap((event) => (isCompletion(event) ? [event.TaskScheduledId] : [])));
  return history
    .filter((event) => !isFrame(event) && !(isScheduling(event) && completed.has(event.EventId)))
    .map((event) => viewEvent(event, isCompletion(event) ? scheduled.get(event.TaskScheduledId) : undefined, options));
}

function viewEvent(event: HistoryEvent, scheduling: Scheduling | undefined, options: HistoryViewOptions): View {
  const view: View = { ...event, EventType: NAMES.get(event.EventType) };
  for (const field of [...HIDDEN_EVERYWHERE, ...(HIDDEN[event.EventType] ?? [])]) Reflect.deleteProperty(view, field);
  if (event.EventType === EventType.ExecutionStarted) view["FunctionName"] = event.Name;
  if (event.EventType === EventType.ExecutionCompleted)
    view["OrchestrationStatus"] = STATUSES.get(event.OrchestrationStatus);
  if (scheduling) {
    const { Timestamp, Name, Input } = scheduling;
    Object.assign(view, { ScheduledTime: Timestamp, FunctionName: Name, Input });
  }
  showOrHide(view, "Input", options.showsInput);
  showOrHide(view, "Result", options.showsOutput);
  return view;
}

function showOrHide(view: View, field: string, isShown: boolean): void {
  const text = view[field];
  if (!isShown) Reflect.deleteProperty(view, field);
  else if (typeof text === "string") view[field] = jsonOrText(text);
}

type Scheduling = Extract<
  HistoryEvent,
  { EventType: typeof EventType.TaskScheduled | typeof EventType.SubOrchestrationInstanceCreated }
>;

/** Numbers are unique among all that an orchestration schedules. */
function isScheduling(event: HistoryEvent): event is Scheduling {
  const { EventType: type } = event;
  return type === EventType.TaskScheduled || type === EventType.SubOrchestrationInstanceCreated;
}

function isCompletion(event: HistoryEvent): event is Extract<HistoryEvent, { TaskScheduledId: number }> {
  return "TaskScheduledId" in event;
}

function isFrame({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.OrchestratorStarted || type === EventType.OrchestratorCompleted;
}
