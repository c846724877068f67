/** One episode of an orchestrator function in the real SDK, without a Functions host, and the numbers it gives to tasks. */
import { createRequire } from "node:module";
import type { HistoryEvent } from "../../../../../../local/host/durable/history/history-event.ts";
import type { Action, OrchestratorAnswer } from "../../../../../../local/host/durable/replay/decision.ts";

export interface SdkTask {
  readonly hasResult: boolean;
  readonly result?: unknown;
  cancel(): void;
}

/** As much of `context.df` as the tests use. */
export interface DurableContext {
  readonly currentUtcDateTime: Date;
  readonly Task: { all(tasks: SdkTask[]): SdkTask; any(tasks: SdkTask[]): SdkTask };
  getInput(): unknown;
  callActivity(name: string, input?: unknown): SdkTask;
  callActivityWithRetry(name: string, options: object, input?: unknown): SdkTask;
  callSubOrchestrator(name: string, input?: unknown, instanceId?: string): SdkTask;
  callSubOrchestratorWithRetry(name: string, options: object, input?: unknown): SdkTask;
  callEntity(id: object, operation: string, input?: unknown): SdkTask;
  signalEntity(id: object, operation: string, input?: unknown): void;
  callHttp(options: object): SdkTask;
  createTimer(fireAt: Date): SdkTask;
  waitForExternalEvent(name: string): SdkTask;
  continueAsNew(input: unknown): void;
  lock(...entities: object[]): SdkTask;
}

export type OrchestratorFunction = (context: { df: DurableContext }) => Generator<SdkTask, unknown, unknown>;

/** The action of a task, by the number that the SDK gave it. A retry's later calls and timers have no action of their own. */
export type SdkNumbers = ReadonlyMap<number, Action | undefined>;

interface Executor {
  sequenceNumber: number;
  trackOpenTask(task: { id: unknown; children?: unknown; actionObj: unknown }): void;
  recordFireAndForgetAction(action: Action, increment?: number): void;
}

const require = createRequire(import.meta.url);
const sdk = (path: string) => require(`durable-functions/lib/src/${path}.js`) as Record<string, unknown>;
const { Orchestrator } = sdk("orchestrations/Orchestrator") as {
  Orchestrator: new (run: OrchestratorFunction) => {
    handle(trigger: unknown, context: object): Promise<OrchestratorAnswer>;
  };
};
const { TaskOrchestrationExecutor } = sdk("orchestrations/TaskOrchestrationExecutor") as {
  TaskOrchestrationExecutor: { prototype: Executor };
};
export const { EntityId } = sdk("entities/EntityId") as { EntityId: new (name: string, key: string) => object };
export const { RetryOptions } = sdk("RetryOptions") as {
  RetryOptions: new (firstMs: number, attempts: number) => object;
};

let numbers = new Map<number, Action | undefined>();
recordNumbers(TaskOrchestrationExecutor.prototype);

/** As the JavaScript worker would have it. Answers what goes over the wire, so as JSON. */
export async function runEpisode(
  run: OrchestratorFunction,
  trigger: { readonly instanceId: string; readonly input: unknown; readonly history: readonly HistoryEvent[] },
): Promise<{ answer: OrchestratorAnswer; numbers: SdkNumbers }> {
  numbers = new Map();
  const wire: unknown = JSON.parse(
    JSON.stringify({
      ...trigger,
      isReplaying: false,
      parentInstanceId: null,
      upperSchemaVersion: 1,
      upperSchemaVersionNew: 3,
      longRunningTimerIntervalDuration: "3.00:00:00",
      maximumShortTimerDuration: "6.00:00:00",
      defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
    }),
  );
  const answer = await new Orchestrator(run).handle(wire, {}).catch(answerOf);
  return { answer: JSON.parse(JSON.stringify(answer)) as OrchestratorAnswer, numbers };
}

function answerOf(error: unknown): unknown {
  const label = "\n\n$OutOfProcData$:";
  const message = error instanceof Error ? error.message : String(error);
  const at = message.indexOf(label);
  if (at < 0) throw error;
  return JSON.parse(message.slice(at + label.length));
}

function recordNumbers(prototype: Executor): void {
  /* eslint-disable @typescript-eslint/unbound-method -- they are called on the executor again */
  const { trackOpenTask, recordFireAndForgetAction } = prototype;
  /* eslint-enable @typescript-eslint/unbound-method */
  prototype.trackOpenTask = function (this: Executor, task) {
    if (task.id === false && task.children === undefined) {
      const action = task.actionObj;
      numbers.set(this.sequenceNumber, typeof action === "object" ? (action as Action) : undefined);
    }
    trackOpenTask.call(this, task);
  };
  prototype.recordFireAndForgetAction = function (this: Executor, action, increment = 1) {
    for (let more = 0; more < increment; more += 1) numbers.set(this.sequenceNumber + more, action);
    recordFireAndForgetAction.call(this, action, increment);
  };
}
