import type { DurableOptions } from "../durable-options.ts";
import type { HistoryEvent } from "../history/history-event.ts";
import { eventText } from "./played-history.ts";

export interface TriggerParts {
  readonly instanceId: string;
  readonly parentInstanceId: string | null;
  /** JSON text. */
  readonly input: string | null;
  /** The earlier episodes' events as JSON, without brackets. */
  readonly played: string;
  /** This episode's. */
  readonly events: readonly HistoryEvent[];
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * What an orchestrator function is called with. The SDK looks for these names (the misspelt one is its own). Schema 3 is the
 * newest: the SDK makes long timers and polls HTTP itself, and locks entities.
 */
export function orchestratorTrigger(parts: TriggerParts, options: DurableOptions): string {
  const { instanceId, parentInstanceId, input, played } = parts;
  const events = parts.events.map((event) => eventText(event, false)).join(",");
  const history = played === "" || events === "" ? played + events : `${played},${events}`;
  const rest = JSON.stringify({
    instanceId,
    isReplaying: played !== "",
    parentInstanceId,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 3,
    longRunningTimerIntervalDuration: formatTimeSpan(options.longTimerIntervalMs),
    maximumShortTimerDuration: formatTimeSpan(options.maximumShortTimerMs),
    defaultHttpAsyncRequestSleepTimeMillseconds: options.defaultHttpSleepMs,
  });
  return `{"history":[${history}],"input":${input ?? "null"},${rest.slice(1)}`;
}

/** As .NET writes it, to the second: `6.00:00:00`. */
function formatTimeSpan(milliseconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const clock = [
    two((milliseconds % DAY_MS) / HOUR_MS),
    two((milliseconds % HOUR_MS) / MINUTE_MS),
    two((milliseconds % MINUTE_MS) / SECOND_MS),
  ];
  return `${Math.floor(milliseconds / DAY_MS)}.${clock.join(":")}`;
}
