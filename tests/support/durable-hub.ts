import { EventType } from "../../local/host/durable/history/history-event.ts";
import type { HistoryEvent } from "../../local/host/durable/history/history-event.ts";
import type { Decision } from "../../local/host/durable/replay/decision.ts";
import { reenact } from "../../local/host/durable/replay/reenact.ts";
import type { Orchestrations } from "../../src/platform/orchestrations.ts";
import { scheduled } from "../local/host/durable/replay/sdk/scheduled-event.ts";
import type { Unsent } from "../local/host/durable/replay/sdk/scheduled-event.ts";
import { runEpisode } from "../local/host/durable/replay/sdk/sdk-orchestrator.ts";
import type { OrchestratorFunction } from "../local/host/durable/replay/sdk/sdk-orchestrator.ts";

/** A task hub in memory, in a time that only the test moves. */
export interface DurableHub {
  readonly orchestrations: Orchestrations;
  /** Carries on whatever can go on now. Each episode begins anew from its history, as after a restart of everything. */
  settle(): Promise<void>;
  /** When something happens next by itself. */
  nextAt(): Date | undefined;
  /** What becomes of the next events that are raised: they are lost, come twice, or are kept until `deliverKept()`. */
  treatEvents(how: "lose" | "double" | "keep" | "deliver"): void;
  deliverKept(): void;
  /** Loses the instances, as a hub does whose storage was cleared. */
  loseInstances(): void;
  /** Loses what every instance would do next. */
  readonly instances: () => readonly Instance[];
  /** The most events that a history has ever had. */
  readonly longestHistory: () => number;
}

export interface DurableHubOptions {
  readonly now: () => Date;
  readonly orchestrators: Readonly<Record<string, unknown>>;
  readonly activity: (name: string, input: unknown) => Promise<unknown>;
}

interface Message {
  readonly dueAt: number;
  readonly event: Unsent;
}

interface Instance {
  readonly id: string;
  readonly name: string;
  readonly parent?: { readonly id: string; readonly task: number };
  input: unknown;
  execution: number;
  history: HistoryEvent[];
  inbox: Message[];
  status: "Running" | "Completed" | "Failed" | "Terminated";
}

const HOUR_MS = 3_600_000;
const RULES = {
  maximumShortTimerMs: 6 * 24 * HOUR_MS,
  longTimerIntervalMs: 3 * 24 * HOUR_MS,
  defaultHttpSleepMs: 30_000,
};

export function createDurableHub({ now, orchestrators, activity }: DurableHubOptions): DurableHub {
  const instances = new Map<string, Instance>();
  const kept: (() => void)[] = [];
  let treatment: Parameters<DurableHub["treatEvents"]>[0] = "deliver";
  let longestHistory = 0;
  const rules = {
    ...RULES,
    functionNames: (kind: string) => (kind === "orchestrator" ? Object.keys(orchestrators) : ["run-step"]),
  };

  function start(instance: Pick<Instance, "id" | "name" | "input" | "parent">): void {
    const running = instances.get(instance.id)?.status === "Running";
    if (running) return;
    const created: Instance = { ...instance, execution: 1, history: [], inbox: [], status: "Running" };
    created.inbox.push({ dueAt: now().getTime(), event: started(created) });
    instances.set(instance.id, created);
  }

  function post(instanceId: string, event: Unsent, dueAt = now().getTime()): void {
    const instance = instances.get(instanceId);
    if (instance?.status === "Running") instance.inbox.push({ dueAt, event });
  }

  function record(instance: Instance, event: Unsent, id = -1): void {
    instance.history.push({ ...event, EventId: id, Timestamp: now().toISOString() });
  }

  async function runOne(instance: Instance): Promise<void> {
    const due = instance.inbox.filter(({ dueAt }) => dueAt <= now().getTime());
    instance.inbox = instance.inbox.filter((message) => !due.includes(message));
    record(instance, { EventType: EventType.OrchestratorStarted });
    for (const { event } of due) record(instance, event);
    const run = orchestrators[instance.name] as OrchestratorFunction;
    const { id: instanceId, history, input } = instance;
    const { answer } = await runEpisode(run, { instanceId, input, history });
    const executionId = `execution-${instance.execution}`;
    const execution = { instanceId, executionId, parentInstanceId: instance.parent?.id, history, answer };
    const { decisions, completion } = reenact(execution, rules);
    const chores = decisions.map((decision) => {
      record(instance, scheduled(decision), decision.id);
      return decision;
    });
    record(instance, { EventType: EventType.OrchestratorCompleted });
    longestHistory = Math.max(longestHistory, history.length);
    if (completion?.status === "ContinuedAsNew") {
      Object.assign(instance, { input: completion.input, execution: instance.execution + 1, history: [] });
      instance.inbox = instance.inbox.filter(({ event }) => event.EventType === EventType.EventRaised);
      instance.inbox.unshift({ dueAt: now().getTime(), event: started(instance) });
      return;
    }
    if (completion) end(instance, completion.status, "output" in completion ? completion.output : null);
    for (const decision of chores) await carryOut(instance, decision);
  }

  function end(instance: Instance, status: Instance["status"], output: unknown): void {
    instance.status = status;
    if (!instance.parent) return;
    const TaskScheduledId = instance.parent.task;
    const event: Unsent =
      status === "Completed"
        ? {
            EventType: EventType.SubOrchestrationInstanceCompleted,
            TaskScheduledId,
            Result: JSON.stringify(output ?? null),
          }
        : {
            EventType: EventType.SubOrchestrationInstanceFailed,
            TaskScheduledId,
            Reason: status,
            Details: "",
            FailureDetails: null,
          };
    post(instance.parent.id, event);
  }

  async function carryOut(instance: Instance, decision: Decision): Promise<void> {
    const { id } = instance;
    if (decision.kind === "createTimer")
      post(id, { EventType: EventType.TimerFired, TimerId: decision.id, FireAt: "" }, decision.fireAt);
    else if (decision.kind === "createSubOrchestration") {
      const sub = decision.instanceId === "" ? `${id}:${decision.id}` : decision.instanceId;
      start({ id: sub, name: decision.name, input: decision.input, parent: { id, task: decision.id } });
    } else if (decision.kind === "scheduleTask") post(id, await perform(decision));
  }

  async function perform({ id: TaskScheduledId, name, input }: Decision & { kind: "scheduleTask" }): Promise<Unsent> {
    try {
      const wire: unknown = JSON.parse(JSON.stringify(input));
      const Result = JSON.stringify((await activity(name, wire)) ?? null);
      return { EventType: EventType.TaskCompleted, TaskScheduledId, Result };
    } catch (thrown) {
      const Reason = String(thrown);
      return { EventType: EventType.TaskFailed, TaskScheduledId, Reason, Details: "", FailureDetails: null };
    }
  }

  const dueInstance = () =>
    [...instances.values()].find(
      ({ status, inbox }) => status === "Running" && inbox.some(({ dueAt }) => dueAt <= now().getTime()),
    );

  return {
    orchestrations: {
      async start({ name, id, input }) {
        start({ id, name, input });
      },
      state: async (id) => (instances.get(id)?.status === "Running" ? "alive" : "gone"),
      async raise(id, Name, data) {
        const raise = () => {
          post(id, { EventType: EventType.EventRaised, Name, Input: JSON.stringify(data) });
        };
        if (treatment === "keep") kept.push(raise);
        else if (treatment !== "lose") raise();
        if (treatment === "double") raise();
      },
      async terminate(id) {
        const instance = instances.get(id);
        if (instance?.status === "Running") instance.status = "Terminated";
      },
      purgeBefore: async () => 0,
    },
    async settle() {
      for (let instance = dueInstance(); instance; instance = dueInstance()) await runOne(instance);
    },
    nextAt() {
      const times = [...instances.values()]
        .filter(({ status }) => status === "Running")
        .flatMap(({ inbox }) => inbox.map(({ dueAt }) => dueAt));
      return times.length > 0 ? new Date(Math.min(...times)) : undefined;
    },
    treatEvents(how) {
      treatment = how;
    },
    deliverKept() {
      for (const raise of kept.splice(0)) raise();
    },
    loseInstances() {
      instances.clear();
    },
    instances: () => [...instances.values()],
    longestHistory: () => longestHistory,
  };
}

function started({ id, name, input, execution }: Instance): Unsent {
  return {
    EventType: EventType.ExecutionStarted,
    Name: name,
    Version: "",
    Input: JSON.stringify(input ?? null),
    OrchestrationInstance: { InstanceId: id, ExecutionId: `execution-${execution}` },
    ParentInstance: null,
    Tags: null,
    ScheduledStartTime: null,
  };
}
