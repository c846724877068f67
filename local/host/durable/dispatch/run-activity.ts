import type { TypedData } from "../../worker/protocol.ts";
import { valueOf } from "../../worker/typed-data.ts";
import { EventType } from "../history/history-event.ts";
import type { HistoryEvent } from "../history/history-event.ts";
import { HTTP_ACTIVITY } from "../replay/call-http.ts";
import type { ScheduledActivity } from "../state/changes.ts";
import type { ActivityWork } from "../state/instance.ts";
import { describeActivityFailure, describeOwnFailure } from "./activity-failure.ts";
import type { ActivityFailure } from "./activity-failure.ts";
import { jsonText } from "./carry-out.ts";
import type { DispatchParts } from "./dispatch-parts.ts";
import { callHttp } from "./http-activity.ts";
import { DURABLE_REASON } from "./reason.ts";

/** Runs an activity that still has somebody who waits for it, and records its result. */
export async function runActivity({ id, executionId, work }: ScheduledActivity, parts: DispatchParts): Promise<void> {
  const instance = parts.state.find(id);
  if (instance?.kind !== "orchestration" || instance.executionId !== executionId) return;
  if (!instance.activities.has(work.taskId)) return;
  const outcome = await attempt(id, work, parts);
  const event = eventOf(work.taskId, limited(work.name, outcome));
  await parts.commit({ type: "activityCompleted", at: Date.now(), id, executionId, taskId: work.taskId, event });
}

type Outcome = { readonly Result: string | null } | ActivityFailure;

async function attempt(
  instanceId: string,
  { name, input }: ActivityWork,
  { functions, run }: DispatchParts,
): Promise<Outcome> {
  if (name === HTTP_ACTIVITY) return callHttp(input);
  const fn = functions.find("activity", name);
  if (!fn) return describeOwnFailure(`Activity function '${name}' does not exist.`);
  try {
    const data = inputData(input);
    const outcome = await run(fn, {
      data,
      reason: DURABLE_REASON,
      metadata: { instanceId: { string: instanceId }, data },
      bindingData: () => ({ instanceId, data: data.string }),
    });
    return { Result: outcome.returnedNothing ? null : jsonText(asJson(valueOf(outcome.returnValue))) };
  } catch (error) {
    return describeActivityFailure(name, error);
  }
}

/** In characters. As JSON in a record it may become twice as long, and a string of V8 ends at 512 MiB. */
const LONGEST_RESULT = 200 * 1024 * 1024;

function limited(name: string, outcome: Outcome): Outcome {
  if (!("Result" in outcome) || (outcome.Result?.length ?? 0) <= LONGEST_RESULT) return outcome;
  const message = `its result has ${outcome.Result?.length} characters as JSON, and ${LONGEST_RESULT} are the most that is recorded`;
  return describeActivityFailure(name, new Error(message));
}

/** The SDK has encoded texts as JSON already, and the programming model decodes what it is given once. */
function inputData(input: string | null): TypedData {
  if (input === null) return {};
  const value: unknown = JSON.parse(input);
  return { string: typeof value === "string" ? value : input };
}

/** Bytes travel as base64, as .NET writes them in JSON. */
function asJson(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}

function eventOf(taskId: number, outcome: Outcome): HistoryEvent {
  const common = { EventId: -1, Timestamp: new Date().toISOString(), TaskScheduledId: taskId } as const;
  return "Result" in outcome
    ? { EventType: EventType.TaskCompleted, ...common, Result: outcome.Result }
    : { EventType: EventType.TaskFailed, ...common, ...outcome };
}
