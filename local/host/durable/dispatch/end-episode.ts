import type { DurableOptions } from "../durable-options.ts";
import { EventType } from "../history/history-event.ts";
import type { FailureDetails, HistoryEvent } from "../history/history-event.ts";
import type { Envelope, EpisodeCompleted } from "../journal/journal-record.ts";
import type { Completion, Reenactment } from "../replay/decision.ts";
import { RuntimeStatus } from "../state/instance.ts";
import type { Instance } from "../state/instance.ts";
import type { Episode } from "./begin-episode.ts";
import { carryOut, jsonText } from "./carry-out.ts";
import { continueAsNew } from "./continue-as-new.ts";
import { failureReason } from "./failure-reason.ts";

export interface EpisodeFacts {
  /** Undefined and null leave it as it was. */
  readonly customStatus: unknown;
  readonly reenactment: Reenactment;
  readonly options: DurableOptions;
  /** Of what the function threw. */
  readonly stack: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

type Ended = Exclude<Completion, { readonly status: "ContinuedAsNew" }>;

/** The record of an episode: its events, what it sets going, and what has become of the instance. */
export function endEpisode(episode: Episode, facts: EpisodeFacts): EpisodeCompleted {
  const { instance, executionId, events } = episode;
  const { options, reenactment, now } = facts;
  const { completion, isSuspended, nextId } = reenactment;
  const timestamp = new Date(now).toISOString();
  const carried = carryOut(reenactment.decisions, { instance, options, timestamp });
  const customStatus = jsonText(facts.customStatus);
  const common = {
    type: "episodeCompleted",
    at: now,
    id: instance.id,
    executionId,
    consumedThrough: episode.messages.at(-1)?.sequence ?? 0,
    ...(customStatus === null ? {} : { customStatus }),
  } as const;
  if (completion?.status === "ContinuedAsNew")
    return { ...common, ...continueAsNew(episode, completion, { timestamp, messages: carried.outgoing.messages }) };

  const closing: HistoryEvent = { EventType: EventType.OrchestratorCompleted, EventId: -1, Timestamp: timestamp };
  if (!completion) {
    const status = isSuspended ? "Suspended" : "Running";
    return { ...common, status, events: [...events, ...carried.events, closing], outgoing: carried.outgoing };
  }
  const output = outputOf(completion, instance);
  const failure = completion.status === "Failed" ? completion.failureDetails : null;
  const completed = executionCompleted({ status: completion.status, output, failure }, { id: nextId, timestamp });
  const report = reportToParent(instance, { completion, output, stack: facts.stack, timestamp });
  return {
    ...common,
    status: completion.status,
    output,
    events: [...events, ...carried.events, completed, closing],
    outgoing: { ...carried.outgoing, messages: [...carried.outgoing.messages, ...report] },
  };
}

/** JSON text of what was returned; of failures and terminations the reason as it is. */
function outputOf(completion: Ended, { name }: Instance): string | null {
  if (completion.status === "Completed") return jsonText(completion.output);
  if (completion.status === "Terminated") return completion.reason;
  return failureReason(name, completion);
}

function executionCompleted(
  { status, output, failure }: { status: Ended["status"]; output: string | null; failure: FailureDetails | null },
  { id, timestamp }: { id: number; timestamp: string },
): HistoryEvent {
  return {
    EventType: EventType.ExecutionCompleted,
    EventId: id,
    Timestamp: timestamp,
    OrchestrationStatus: RuntimeStatus[status],
    Result: output,
    FailureDetails: failure,
  };
}

interface Report {
  readonly completion: Ended;
  readonly output: string | null;
  readonly stack: string | undefined;
  readonly timestamp: string;
}

/** The result of a sub-orchestration, for the execution that started it. */
function reportToParent({ parent }: Instance, { completion, output, stack, timestamp }: Report): Envelope[] {
  if (!parent) return [];
  const { InstanceId: to, ExecutionId: executionId } = parent.OrchestrationInstance;
  const common = { EventId: -1, Timestamp: timestamp, TaskScheduledId: parent.TaskScheduleId } as const;
  if (completion.status === "Completed") {
    const event = { EventType: EventType.SubOrchestrationInstanceCompleted, ...common, Result: output } as const;
    return [{ to, executionId, event }];
  }
  const { SubOrchestrationInstanceFailed } = EventType;
  const isFailed = completion.status === "Failed";
  const Details = isFailed ? `Message: ${completion.error}, StackTrace: ${stack ?? ""}` : "";
  const FailureDetails = isFailed ? completion.failureDetails : null;
  const failure = { Reason: output ?? "", Details, FailureDetails };
  return [{ to, executionId, event: { EventType: SubOrchestrationInstanceFailed, ...common, ...failure } }];
}
