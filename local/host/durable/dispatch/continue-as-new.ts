import { EventType } from "../history/history-event.ts";
import type { EventRaised } from "../history/history-event.ts";
import type { Envelope, EpisodeCompleted } from "../journal/journal-record.ts";
import { newId } from "../new-id.ts";
import type { Completion } from "../replay/decision.ts";
import type { Episode } from "./begin-episode.ts";
import { jsonText } from "./carry-out.ts";

type ContinuedAsNew = Extract<Completion, { readonly status: "ContinuedAsNew" }>;

/** The part of an episode's record that begins another execution of the same instance, with an empty history. */
export function continueAsNew(
  episode: Episode,
  { input, carriedOver }: ContinuedAsNew,
  { timestamp, messages }: { readonly timestamp: string; readonly messages: readonly Envelope[] },
): Pick<EpisodeCompleted, "status" | "events" | "outgoing" | "next" | "consumedThrough"> {
  const next = { executionId: newId(), input: jsonText(input) };
  const { consumedThrough, resent } = carryOver(episode, carriedOver);
  const start = startOf(episode, { next, timestamp });
  return {
    status: "Running",
    events: [],
    consumedThrough,
    next,
    outgoing: { activities: [], timers: [], messages: [...messages, start, ...resent] },
  };
}

function startOf(
  { instance }: Episode,
  { next, timestamp }: { next: { executionId: string; input: string | null }; timestamp: string },
): Envelope {
  const { id, name, version, parent } = instance;
  return {
    to: id,
    executionId: next.executionId,
    event: {
      EventType: EventType.ExecutionStarted,
      EventId: -1,
      Timestamp: timestamp,
      Name: name,
      Version: version,
      Input: next.input,
      OrchestrationInstance: { InstanceId: id, ExecutionId: next.executionId },
      ParentInstance: parent,
      Tags: null,
      ScheduledStartTime: null,
    },
  };
}

/**
 * Events that the old execution no longer wanted stay in the inbox, so that they keep their place before those that have
 * arrived meanwhile. Any from earlier episodes (it had to wait for an open task before it could go on) are sent again.
 */
function carryOver(
  { instance, messages }: Episode,
  carriedOver: readonly EventRaised[],
): { consumedThrough: number; resent: Envelope[] } {
  const first = messages.find(({ event }) => event === carriedOver[0])?.sequence;
  if (first !== undefined) return { consumedThrough: first - 1, resent: [] };
  return {
    consumedThrough: messages.at(-1)?.sequence ?? 0,
    resent: carriedOver.map((event) => ({ to: instance.id, event })),
  };
}
