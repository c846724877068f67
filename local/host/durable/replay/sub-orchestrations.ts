import { optionalTextOf, textOf } from "./actions.ts";
import type { Action, Execution } from "./decision.ts";
import type { Replay } from "./replay.ts";
import { retry } from "./retry.ts";
import type { Task } from "./task.ts";

export function callSubOrchestrator(replay: Replay, action: Action): Task {
  return prepareCall(replay, action)();
}

export function callSubOrchestratorWithRetry(replay: Replay, action: Action): Task {
  return retry(replay, action, prepareCall(replay, action));
}

function prepareCall(replay: Replay, action: Action): () => Task {
  const name = textOf(action, "functionName");
  const wantedId = optionalTextOf(action, "instanceId");
  replay.requireFunction("orchestrator", name);
  expectFree(wantedId, replay.execution);
  if (replay.criticalSection !== undefined) throw new Error("While holding locks, cannot call suborchestrators.");
  return () =>
    replay.log.open((id) => ({
      kind: "createSubOrchestration",
      id,
      name,
      instanceId: wantedId ?? `${replay.execution.executionId}:${id}`,
      input: action["input"],
      version: optionalTextOf(action, "version"),
    }));
}

/** Only the next of kin are looked at, as the Durable extension does; texts are its own. */
function expectFree(wantedId: string | undefined, { instanceId, parentInstanceId }: Execution): void {
  if (wantedId === undefined) return;
  if (wantedId.startsWith("@")) throw new Error("Orchestration instance ids must not start with @");
  const taken = [instanceId, parentInstanceId].map((id) => id?.toLowerCase());
  if (taken.includes(wantedId.toLowerCase()))
    throw new Error(
      "The instance ID of a sub-orchestration must be different than the instance ID of a parent orchestration.",
    );
}
