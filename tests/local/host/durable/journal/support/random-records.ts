import fc from "fast-check";
import type { JournalRecord } from "../../../../../../local/host/durable/journal/journal-record.ts";
import type { HubState } from "../../../../../../local/host/durable/state/hub-state.ts";
import type { Instance, TimerWork } from "../../../../../../local/host/durable/state/instance.ts";
import {
  activityCompleted,
  batch,
  episode,
  outgoing,
  raised,
  sent,
  startEvent,
  taskCompleted,
} from "../../state/support/records.ts";

const ids = ["a", "b", "c", "@counter@k", "@counter@ü\n"];
const id = fc.constantFrom(...ids);
const number = fc.nat({ max: 3 });
const text = fc.string({ unit: "binary", maxLength: 40 });
const executionId = fc.constantFrom("x1", "x2", "x3");

/** A record that may or may not fit what the hub holds at that time. */
export type RandomRecord = (state: HubState) => JournalRecord;

interface EpisodePicks {
  readonly to: string;
  readonly input: string;
  readonly kind: number;
  readonly task: number;
}

export const randomRecord: fc.Arbitrary<RandomRecord> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(id, executionId, text).map(([to, x, input]) => aStart(to, x, input)) },
  { weight: 3, arbitrary: fc.tuple(id, text, fc.option(number)).map(([to, input, due]) => aMessage(to, input, due)) },
  { weight: 6, arbitrary: fc.record({ to: id, input: text, kind: number, task: number }).map(anEpisode) },
  { weight: 3, arbitrary: fc.tuple(id, number).map(([to, task]) => aCompletion(to, task)) },
  { weight: 2, arbitrary: fc.tuple(id, number).map(([to, index]) => aTimer(to, index)) },
  { weight: 3, arbitrary: fc.tuple(id, text, id).map(([to, input, other]) => aBatch(to, input, other)) },
  { weight: 1, arbitrary: fc.subarray(ids, { maxLength: 2 }).map(aPurge) },
  { weight: 1, arbitrary: fc.tuple(id, text).map(([to, input]) => aReplacement(to, input)) },
);

function aStart(to: string, x: string, input: string): RandomRecord {
  return () => sent({ to, event: startEvent(to, x, input) }, 5);
}

function aMessage(to: string, input: string, due: number | null): RandomRecord {
  return () => sent({ to, event: raised("go", input), ...(due === null ? {} : { dueAt: due + 3 }) }, 4);
}

/** Of kind 0 it ends the instance, of kind 1 it continues as new, else it goes on. */
function anEpisode({ to, input, kind, task }: EpisodePicks): RandomRecord {
  return (state) => {
    const known = state.find(to);
    const executionId = known?.kind === "orchestration" ? known.executionId : "x1";
    const next = `${executionId}+`;
    const timer: TimerWork = { id: task, fireAt: 7, message: { executionId, event: taskCompleted(task) } };
    return episode(to, {
      executionId,
      consumedThrough: consumable(state, to),
      events: [raised("read", input)],
      ...(kind === 0 ? { status: "Completed", output: input } : {}),
      ...(kind === 1 ? { next: { executionId: next, input }, customStatus: input } : {}),
      outgoing: outgoing({
        activities: kind === 1 ? [] : [{ taskId: task, name: "Double", input }],
        timers: kind === 1 ? [] : [timer],
        messages: [
          { to: "@counter@k", event: raised("op", input) },
          ...(kind === 1 ? [{ to, event: startEvent(to, next, input) }] : []),
        ],
      }),
    });
  };
}

function aCompletion(to: string, task: number): RandomRecord {
  return (state) => {
    const known = state.find(to);
    return activityCompleted(to, task, known?.kind === "orchestration" ? known.executionId : "x1");
  };
}

function aTimer(to: string, index: number): RandomRecord {
  return (state) => {
    const known = state.find(to);
    const armed = known === undefined || known.kind === "archived" ? [] : [...known.timers.keys()];
    return { type: "timerElapsed", at: 8, id: to, timerId: armed[index % Math.max(armed.length, 1)] ?? index };
  };
}

function aBatch(to: string, input: string, other: string): RandomRecord {
  return (state) =>
    batch(to, {
      createdAt: state.find(to)?.createdAt ?? 1,
      consumedThrough: consumable(state, to),
      outcome: { exists: true, state: input },
      queue: [{ op: input, id: "1", lockset: [{ name: "counter", key: "k" }], pos: 0 }],
      lockedBy: other,
      messages: [{ to: other, event: raised("answer", input) }],
    });
}

function aPurge(gone: readonly string[]): RandomRecord {
  return () => ({ type: "purged", at: 9, ids: gone });
}

function aReplacement(to: string, input: string): RandomRecord {
  return (state) => {
    const known = state.find(to);
    if (known?.kind !== "orchestration") return { type: "purged", at: 9, ids: [] };
    const instance: Instance = { ...known, status: "Running", input, history: known.history.slice(0, 2) };
    return { type: "instancesRewound", at: 9, instances: [instance] };
  };
}

function consumable(state: HubState, to: string): number {
  const known = state.find(to);
  return known === undefined || known.kind === "archived" ? 1 : (known.inbox[0]?.sequence ?? 0);
}
