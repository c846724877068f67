import { EventType } from "../../local/host/durable/history/history-event.ts";
import type { HistoryEvent } from "../../local/host/durable/history/history-event.ts";
import type { Reenactment, ReplayRules } from "../../local/host/durable/replay/decision.ts";
import { reenact } from "../../local/host/durable/replay/reenact.ts";
import { runEpisode } from "../local/host/durable/replay/sdk/sdk-orchestrator.ts";
import type { OrchestratorFunction } from "../local/host/durable/replay/sdk/sdk-orchestrator.ts";
import type { RecordedHistory } from "./hub-histories.ts";

const DAY_MS = 86_400_000;

const RULES = {
  maximumShortTimerMs: 6 * DAY_MS,
  longTimerIntervalMs: 3 * DAY_MS,
  defaultHttpSleepMs: 30_000,
};

export interface ReplayOptions {
  readonly run: OrchestratorFunction;
  /** The names of the functions that the app has. */
  readonly functionNames: { readonly orchestrator: readonly string[]; readonly activity: readonly string[] };
}

/** What became of an episode when it was replayed, and what was decided in it when it was recorded. */
export interface Replayed extends Reenactment {
  readonly recorded: readonly { readonly id: number; readonly name: string | undefined }[];
}

/**
 * Runs today's orchestrator, in the real SDK, against each beginning of a recorded history, as the host would have at
 * that time, and returns what became of each. One that does not fit has failed as not deterministic.
 */
export async function replayHistory(recorded: RecordedHistory, options: ReplayOptions): Promise<Replayed[]> {
  const found: Replayed[] = [];
  for (const { history, decided } of episodesOf(recorded.history)) {
    const { instanceId, parentInstanceId, input } = recorded;
    const trigger = { instanceId, input: JSON.parse(input ?? "null") as unknown, history };
    const { answer } = await runEpisode(options.run, trigger);
    const execution = { instanceId, executionId: "recorded", parentInstanceId: parentInstanceId ?? undefined };
    const rules: ReplayRules = {
      ...RULES,
      functionNames: (kind) => (kind === "entity" ? [] : options.functionNames[kind]),
    };
    found.push({ ...reenact({ ...execution, history, answer }, rules), recorded: decided });
  }
  return found;
}

interface RecordedEpisode {
  /** What the orchestrator was called with: all that had come in until then. */
  readonly history: readonly HistoryEvent[];
  readonly decided: Replayed["recorded"];
}

function episodesOf(history: readonly HistoryEvent[]): RecordedEpisode[] {
  const starts = history.flatMap((event, index) => (event.EventType === EventType.OrchestratorStarted ? [index] : []));
  return starts.map((start, number) => {
    const end = starts[number + 1] ?? history.length;
    const decisions = history.findIndex((event, index) => index > start && DECISIONS.has(event.EventType));
    return {
      history: history.slice(0, decisions < 0 ? end : decisions),
      decided: history
        .slice(start, end)
        .filter((event) => SCHEDULED.has(event.EventType))
        .map((event) => ({ id: event.EventId, name: "Name" in event ? event.Name : undefined })),
    };
  });
}

const SCHEDULED: ReadonlySet<number> = new Set([
  EventType.TaskScheduled,
  EventType.SubOrchestrationInstanceCreated,
  EventType.TimerCreated,
]);
const DECISIONS: ReadonlySet<number> = new Set([
  ...SCHEDULED,
  EventType.ExecutionCompleted,
  EventType.OrchestratorCompleted,
  EventType.EventSent,
]);
