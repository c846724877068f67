import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import type { OrchestrationHandler } from "durable-functions";

/** A trigger as the host sends it to an orchestrator. */
export interface RecordedTrigger {
  readonly history: readonly { readonly EventType: number }[];
}

type Listener = (trigger: unknown, context: object) => Promise<unknown>;
type OrchestratorClass = new (handler: OrchestrationHandler) => { listen(): Listener };

const ORCHESTRATOR_STARTED = 12;

/** The library's own class, which it does not export: it is what runs in every host, ours or the real one. */
const { Orchestrator } = createRequire(import.meta.url)("durable-functions/lib/src/orchestrations/Orchestrator.js") as {
  readonly Orchestrator: OrchestratorClass;
};

/**
 * What no host can save: for each episode the library decodes the history so far and runs the orchestrator through it.
 * Plays all episodes of a recorded history in this process, with no host around, and returns the milliseconds that took.
 */
export async function replayAloneMs(trigger: RecordedTrigger, handler: OrchestrationHandler): Promise<number> {
  const listener = new Orchestrator(handler).listen();
  let took = 0;
  for (const text of episodeTexts(trigger)) {
    const begun = performance.now();
    await listener(JSON.parse(text), {});
    took += performance.now() - begun;
  }
  return took;
}

/** One trigger for each episode as JSON text, one at a time: all of a long history together would not fit in memory. */
function* episodeTexts(trigger: RecordedTrigger): Generator<string> {
  const events = trigger.history.map((event) => JSON.stringify(event));
  const { history: _, ...rest } = trigger;
  const end = `${JSON.stringify(rest).slice(0, -1)},"history":`;
  for (const count of episodeLengths(trigger.history)) yield `${end}[${events.slice(0, count).join(",")}]}`;
}

/** How many events the library is given in each episode: what has come in, not yet what it then decides. */
function episodeLengths(history: RecordedTrigger["history"]): readonly number[] {
  const starts = history.flatMap(({ EventType }, index) => (EventType === ORCHESTRATOR_STARTED ? [index] : []));
  return starts.map((start, number) => {
    const decided = history.findIndex(({ EventType }, index) => index > start && DECISIONS.has(EventType));
    return decided < 0 ? (starts[number + 1] ?? history.length) : decided;
  });
}

/** ExecutionCompleted, TaskScheduled, SubOrchestrationInstanceCreated, TimerCreated, OrchestratorCompleted, EventSent. */
const DECISIONS = new Set([1, 4, 7, 10, 13, 14]);
