/** Runs an orchestrator of the real SDK to its end, with `reenact()` in between and everything else in memory. */
import { EventType, type HistoryEvent } from "../../../../../../local/host/durable/history/history-event.ts";
import { HTTP_ACTIVITY } from "../../../../../../local/host/durable/replay/call-http.ts";
import type { Completion, Decision, Reenactment } from "../../../../../../local/host/durable/replay/decision.ts";
import { reenact } from "../../../../../../local/host/durable/replay/reenact.ts";
import { scheduled, type Unsent } from "./scheduled-event.ts";
import { runEpisode, type OrchestratorFunction, type SdkNumbers } from "./sdk-orchestrator.ts";

export interface ToyOptions {
  /** A number from 0 up to, not including, the limit: which of the waiting messages comes next, and how many at a time. */
  readonly chance: (limit: number) => number;
  /** Events to raise sometime, by name. */
  readonly events?: readonly string[];
  readonly suspends?: boolean;
}

export interface ToyRun {
  readonly completion: Completion;
  readonly history: readonly HistoryEvent[];
  /** Of the last execution. */
  readonly decisions: ReadonlyMap<number, Decision>;
  readonly sdkNumbers: SdkNumbers;
}

/** What an activity, sub-orchestration or entity is told to do: fail so often, then answer its label. */
export interface Order {
  readonly label: string;
  readonly failures: number;
}

const RULES = {
  maximumShortTimerMs: 6 * 24 * 3600_000,
  longTimerIntervalMs: 3 * 24 * 3600_000,
  defaultHttpSleepMs: 30_000,
  functionNames: (): readonly string[] => ["Echo"],
};

const FIRST_EPISODE_AT = Date.UTC(2026, 0, 1);
type Message = { readonly dueAt: number; readonly event: Unsent };

export async function runToTheEnd(run: OrchestratorFunction, input: unknown, options: ToyOptions): Promise<ToyRun> {
  const { chance } = options;
  const attempts = new Map<string, number>();
  let now = FIRST_EPISODE_AT;
  let execution = 1;
  let history: HistoryEvent[] = [];
  let decisions = new Map<number, Decision>();
  let inbox: Message[] = [];
  const record = (event: Unsent, id = -1): void => {
    history.push({ ...event, EventId: id, Timestamp: new Date(now).toISOString() });
  };
  const post = (event: Unsent, dueAt = 0): void => void inbox.push({ event, dueAt });

  for (const Name of options.events ?? [])
    post({ EventType: EventType.EventRaised, Name, Input: JSON.stringify(Name) });
  if (options.suspends === true) post({ EventType: EventType.ExecutionSuspended, Reason: null });
  let batch: Unsent[] = [started(input)];

  for (let episode = 0; episode < 10_000; episode += 1) {
    record({ EventType: EventType.OrchestratorStarted });
    for (const event of batch) record(event);
    const instanceId = "toy";
    const { answer, numbers } = await runEpisode(run, { instanceId, input, history });
    const reenactment = reenact(
      { instanceId, executionId: `execution-${execution}`, parentInstanceId: undefined, history, answer },
      RULES,
    );
    for (const decision of reenactment.decisions) {
      decisions.set(decision.id, decision);
      record(scheduled(decision), decision.id);
      carryOut(decision);
    }
    const { completion } = reenactment;
    record({ EventType: EventType.OrchestratorCompleted });
    if (completion?.status === "ContinuedAsNew") {
      input = completion.input;
      execution += 1;
      history = [];
      decisions = new Map();
      inbox = inbox.filter(({ event }) => event.EventType === EventType.EventRaised);
      batch = [started(input), ...completion.carriedOver];
      continue;
    }
    if (completion !== undefined) return { completion, history, decisions, sdkNumbers: numbers };
    batch = takeBatch(reenactment);
  }
  throw new Error("The orchestrator did not end within 10,000 episodes");

  function takeBatch({ isSuspended }: Reenactment): Unsent[] {
    if (inbox.length === 0) {
      if (isSuspended) return [{ EventType: EventType.ExecutionResumed, Reason: null }];
      throw new Error("The orchestrator waits for ever");
    }
    const taken: Unsent[] = [];
    for (let wanted = 1 + chance(3); wanted > 0 && inbox.length > 0; wanted -= 1) {
      const [message] = inbox.splice(chance(inbox.length), 1);
      if (message === undefined) break;
      now = Math.max(now + 1 + chance(1000), message.dueAt);
      taken.push(message.event);
    }
    return taken;
  }

  function carryOut(decision: Decision): void {
    if (decision.kind === "createTimer")
      post({ EventType: EventType.TimerFired, TimerId: decision.id, FireAt: "" }, decision.fireAt);
    else if (decision.kind === "sendEvent") deliver(decision.input);
    else if (decision.kind === "scheduleTask" && decision.name === HTTP_ACTIVITY)
      post({ EventType: EventType.TaskCompleted, TaskScheduledId: decision.id, Result: respond(decision.input) });
    else
      follow(
        decision.id,
        decision.input as Order,
        decision.kind === "scheduleTask" ? "Task" : "SubOrchestrationInstance",
      );
  }

  function follow(id: number, order: Order, what: "Task" | "SubOrchestrationInstance"): void {
    if (succeeds(order))
      post({ EventType: EventType[`${what}Completed`], TaskScheduledId: id, Result: JSON.stringify(order.label) });
    else
      post({
        EventType: EventType[`${what}Failed`],
        TaskScheduledId: id,
        Reason: order.label,
        Details: "failed",
        FailureDetails: null,
      });
  }

  function succeeds({ label, failures }: Order): boolean {
    const attempt = (attempts.get(label) ?? 0) + 1;
    attempts.set(label, attempt);
    return attempt > failures;
  }

  /** Entities that answer, and grant every lock. */
  function deliver(text: string): void {
    const request = JSON.parse(text) as { id: string; op?: string | null; signal?: boolean; input?: string };
    if (request.op === undefined || request.signal === true) return;
    if (request.op === null) {
      answerEntity(request.id, {});
      return;
    }
    const order = JSON.parse(request.input ?? "") as Order;
    answerEntity(request.id, {
      result: JSON.stringify(order.label),
      ...(succeeds(order) ? {} : { exceptionType: "Error" }),
    });
  }

  function answerEntity(Name: string, response: object): void {
    post({ EventType: EventType.EventRaised, Name, Input: JSON.stringify({ result: null, ...response }) });
  }
}

/** A site whose paths say how often to ask again: `/<label>/<times>`. */
function respond(request: unknown): string {
  const { uri } = request as { uri: string };
  const [, label = "", times = "0"] = new URL(uri).pathname.split("/");
  if (times === "0") return JSON.stringify({ statusCode: 200, headers: {}, content: label });
  const headers = { Location: `/${label}/${Number(times) - 1}`, "Retry-After": "5" };
  return JSON.stringify({ statusCode: 202, headers, content: "" });
}

function started(input: unknown): Unsent {
  return {
    EventType: EventType.ExecutionStarted,
    Name: "Toy",
    Version: "",
    Input: JSON.stringify(input ?? null),
    OrchestrationInstance: { InstanceId: "toy", ExecutionId: "" },
    ParentInstance: null,
    Tags: null,
    ScheduledStartTime: null,
  };
}
