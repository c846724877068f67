import type { Plan } from "./plan.ts";
import {
  EntityId,
  RetryOptions,
  type DurableContext,
  type OrchestratorFunction,
  type SdkTask,
} from "./sdk-orchestrator.ts";

/** An orchestrator function that does one step after the other and returns the list of what they came to. */
export function orchestratorOf(plans: readonly Plan[]): OrchestratorFunction {
  return function* ({ df }) {
    return yield* runSteps(df, plans);
  };
}

function* runSteps(df: DurableContext, plans: readonly Plan[]): Generator<SdkTask, unknown[], unknown> {
  const results: unknown[] = [];
  for (const plan of plans) results.push((yield* runStep(df, plan)) ?? null);
  return results;
}

function* runStep(df: DurableContext, plan: Plan): Generator<SdkTask, unknown, unknown> {
  if (plan.does === "signal") {
    df.signalEntity(new EntityId("Echo", "signalled"), "note");
    return null;
  }
  if (plan.does === "lock") return yield* runLocked(df, plan);
  const task = taskOf(df, plan);
  try {
    const result = yield task.sdk;
    cancelTimers(task);
    return valueOf(task, result);
  } catch (error) {
    cancelTimers(task);
    return failureOf(error);
  }
}

function* runLocked(df: DurableContext, plan: Plan & { does: "lock" }): Generator<SdkTask, unknown, unknown> {
  const lock = (yield df.lock(...plan.keys.map((key) => new EntityId("Echo", key)))) as { release(): void };
  const body = plan.body.map((step) => (step.does === "entity" ? { ...step, key: plan.keys[0] } : step));
  const results = yield* runSteps(df, body);
  lock.release();
  return results;
}

interface Running {
  readonly plan: Plan;
  readonly sdk: SdkTask;
  readonly children: readonly Running[];
}

function taskOf(df: DurableContext, plan: Plan): Running {
  const children = plan.does === "all" || plan.does === "any" ? plan.of.map((child) => taskOf(df, child)) : [];
  return { plan, children, sdk: sdkTaskOf(df, plan, children) };
}

function sdkTaskOf(df: DurableContext, plan: Plan, children: readonly Running[]): SdkTask {
  const tasks = children.map((child) => child.sdk);
  switch (plan.does) {
    case "activity":
      return df.callActivity("Echo", plan.order);
    case "subOrchestration":
      return df.callSubOrchestrator("Echo", plan.order);
    case "retriedActivity":
      return df.callActivityWithRetry("Echo", new RetryOptions(1000, plan.attempts), plan.order);
    case "retriedSubOrchestration":
      return df.callSubOrchestratorWithRetry("Echo", new RetryOptions(1000, plan.attempts), plan.order);
    case "entity":
      return df.callEntity(new EntityId("Echo", "key" in plan ? String(plan.key) : "called"), "echo", plan.order);
    case "timer":
      return df.createTimer(new Date(df.currentUtcDateTime.getTime() + plan.seconds * 1000));
    case "event":
      return df.waitForExternalEvent(plan.name);
    case "http":
      return df.callHttp({ method: "POST", url: `http://site.test/${plan.label}/${plan.polls}` });
    case "all":
      return df.Task.all(tasks);
    case "any":
      return df.Task.any(tasks);
    case "lock":
    case "signal":
      throw new Error(`A ${plan.does} is no task`);
  }
}

/** Those that still run, as the documentation asks one to; `cancel()` throws for the others. */
function cancelTimers({ plan, children }: Running): void {
  if (!("cancels" in plan) || !plan.cancels) return;
  for (const child of children) {
    if (child.plan.does === "timer" && !child.sdk.hasResult) child.sdk.cancel();
  }
}

function valueOf({ plan, children }: Running, result: unknown): unknown {
  if (result instanceof Error) return failureOf(result);
  if (plan.does === "http") return (result as { content: string }).content;
  if (plan.does === "timer") return null;
  if (plan.does === "all")
    return children.map((child, index) => valueOf(child, (result as readonly unknown[])[index]) ?? null);
  if (plan.does !== "any") return result;
  const index = children.findIndex((child) => child.sdk === result);
  const winner = children[index];
  return [index, winner === undefined ? null : (valueOf(winner, winner.sdk.result) ?? null)];
}

function failureOf(error: unknown): string {
  return `failed: ${error instanceof Error ? error.message : String(error)}`;
}
