import type { TypedData } from "../../worker/protocol.ts";
import { formatDateTimeOffset } from "../date-time-offset.ts";
import type { TimerStatus } from "./timer-status.ts";

/** .NET's default date, which stands for "never". */
const NEVER = "0001-01-01T00:00:00+00:00";

/** What a timer function is called with; the library lower-cases the first letters. No status when it is not monitored. */
export function timerInput(status: TimerStatus | undefined, isPastDue: boolean): TypedData {
  const scheduleStatus = status && {
    Last: status.last ? formatDateTimeOffset(status.last) : NEVER,
    LastUpdated: formatDateTimeOffset(status.lastUpdated),
    Next: formatDateTimeOffset(status.next),
  };
  const timer = { Schedule: { AdjustForDST: true }, ScheduleStatus: scheduleStatus ?? null, IsPastDue: isPastDue };
  return { json: JSON.stringify(timer) };
}
