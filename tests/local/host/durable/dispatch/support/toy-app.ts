import { createFunctionIndex } from "../../../../../../local/host/durable/dispatch/function-index.ts";
import type { FunctionIndex } from "../../../../../../local/host/durable/dispatch/function-index.ts";
import { EventType } from "../../../../../../local/host/durable/history/history-event.ts";
import type { HistoryEvent } from "../../../../../../local/host/durable/history/history-event.ts";
import type { FunctionKind } from "../../../../../../local/host/durable/replay/decision.ts";
import type { AppFunction } from "../../../../../../local/host/functions/app-function.ts";
import type { Invoker } from "../../../../../../local/host/functions/invoker.ts";

/** An orchestrator as a function of its history: the actions it has asked for by now, and whether it is done. */
type Plan = (history: readonly HistoryEvent[], input: unknown) => { actions: object[]; output?: unknown };

const CALL_ACTIVITY = 0;
const CREATE_TIMER = 5;
const WAIT_FOR_EVENT = 6;

const count = (history: readonly HistoryEvent[], type: number) =>
  history.filter(({ EventType: each }) => each === type).length;

const plans: Record<string, Plan> = {
  /** One activity, and beside it a timer of a week which it cancels. */
  short: (history) => {
    const isDone = count(history, EventType.TaskCompleted) > 0;
    const fireAt = new Date(Date.parse(history[0]?.Timestamp ?? "") + 5 * 86_400_000).toISOString();
    const timer = { actionType: CREATE_TIMER, fireAt, isCanceled: isDone };
    const call = { actionType: CALL_ACTIVITY, functionName: "work", input: 1 };
    return { actions: [{ actionType: 11, compoundActions: [call, timer] }], ...(isDone ? { output: "done" } : {}) };
  },
  /** So many activities at once. */
  wide: (history, input) => {
    const width = Number(input);
    const call = { actionType: CALL_ACTIVITY, functionName: "work", input: 1 };
    const actions = [{ actionType: 12, compoundActions: Array.from({ length: width }, () => call) }];
    return { actions, ...(count(history, EventType.TaskCompleted) === width ? { output: width } : {}) };
  },
  /** So many events. */
  listener: (history, input) => {
    const heard = count(history, EventType.EventRaised);
    const wait = { actionType: WAIT_FOR_EVENT, externalEventName: "go" };
    const actions = Array.from({ length: Math.min(heard + 1, Number(input)) }, () => wait);
    return { actions, ...(heard >= Number(input) ? { output: heard } : {}) };
  },
};

export interface ToyApp {
  readonly functions: FunctionIndex;
  readonly run: Invoker["run"];
  /** Names of the functions, one for each time they ran. */
  readonly invocations: readonly string[];
  /** While it is set, activities wait for it. */
  gate: Promise<void> | undefined;
  /** The most activities that have run at once. */
  mostAtOnce: number;
}

/** An app without the SDK: its orchestrators count events in their history, its activity answers at once. */
export function createToyApp(): ToyApp {
  const functions = createFunctionIndex();
  const add = (kind: FunctionKind, name: string) => {
    functions.add(kind, { name } as AppFunction); // the toy's own `run` reads no more of it
  };
  for (const name of Object.keys(plans)) add("orchestrator", name);
  add("activity", "work");
  const invocations: string[] = [];
  let running = 0;
  const app: ToyApp = {
    functions,
    invocations,
    gate: undefined,
    mostAtOnce: 0,
    async run(fn, { data }) {
      invocations.push(fn.name);
      if (fn.name === "work") {
        running += 1;
        app.mostAtOnce = Math.max(app.mostAtOnce, running);
        await app.gate;
        running -= 1;
        return { returnValue: { int: 1 }, outputData: [], returnedNothing: false };
      }
      const { history, input } = JSON.parse(data.string ?? "") as { history: HistoryEvent[]; input: unknown };
      const { actions, output } = plans[fn.name]?.(history, input) ?? { actions: [] };
      const answer = { isDone: output !== undefined, actions: [actions], output, schemaVersion: 3 };
      return { returnValue: { json: JSON.stringify(answer) }, outputData: [], returnedNothing: false };
    },
  };
  return app;
}
