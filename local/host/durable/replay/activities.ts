import { textOf } from "./actions.ts";
import type { Action } from "./decision.ts";
import type { Replay } from "./replay.ts";
import { retry } from "./retry.ts";
import type { Task } from "./task.ts";

export function callActivity(replay: Replay, action: Action): Task {
  return prepareCall(replay, action)();
}

export function callActivityWithRetry(replay: Replay, action: Action): Task {
  return retry(replay, action, prepareCall(replay, action));
}

function prepareCall(replay: Replay, action: Action): () => Task {
  const name = textOf(action, "functionName");
  replay.requireFunction("activity", name);
  return () => replay.log.open((id) => ({ kind: "scheduleTask", id, name, input: action["input"] }));
}
