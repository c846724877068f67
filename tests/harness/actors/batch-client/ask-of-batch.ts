import type { PlannedBatch } from "../../batches/planned-batch.ts";
import { cancelBatchOf, readBatchOf, regenerateItemOf, submitBatchOf } from "../batch-doors.ts";
import type { RunAgain } from "../batch-doors.ts";
import { MAY_HAVE_HAPPENED } from "../client/caller.ts";
import { ask, refusalOf } from "./batch-caller.ts";
import type { BatchCaller } from "./batch-caller.ts";

/** Whether it was told that the batch is accepted. */
export async function submit(caller: BatchCaller, plan: PlannedBatch): Promise<boolean> {
  const { log, known } = caller;
  const { name } = plan;
  log({ client: caller.name, did: "submit", name });
  const answer = await ask(caller, `submit ${name}`, async (app) => submitBatchOf(app, plan));
  if ("value" in answer) {
    known.set(name, answer.value);
    log({ client: caller.name, did: "heard", name, batchId: answer.value });
    return true;
  }
  log({ client: caller.name, did: "maybe", name, code: refusalOf(caller, answer.thrown, []) });
  return false;
}

/** What a client sees in a view that it can act on. */
export interface Shown {
  readonly jobIds: readonly string[];
  /** Items whose jobs have ended. */
  readonly ended: readonly string[];
}

/** Looks how a batch is. */
export async function read(caller: BatchCaller, name: string): Promise<Shown> {
  const batchId = caller.known.get(name) ?? "";
  const answer = await ask(caller, `read ${name}`, async (app) => readBatchOf(app, batchId));
  if ("value" in answer) {
    const { jobIds, ...view } = answer.value;
    caller.log({ client: caller.name, did: "read", name, batchId, view });
    const isEnded = (status: string) => status === "completed" || status === "failed";
    return { jobIds, ended: [...view.items].flatMap(([key, status]) => (isEnded(status) ? [key] : [])) };
  }
  refusalOf(caller, answer.thrown, []);
  return { jobIds: [], ended: [] };
}

const CANCEL_REFUSALS = ["BATCH_ALREADY_ENDED", "VERSION_CONFLICT"];

export async function cancel(caller: BatchCaller, name: string): Promise<void> {
  const about = { client: caller.name, name };
  const batchId = caller.known.get(name) ?? "";
  caller.log({ did: "cancel", ...about });
  const answer = await ask(caller, `cancel ${name}`, async (app) => cancelBatchOf(app, batchId));
  if ("value" in answer) {
    caller.log({ did: "cancelled", ...about });
    return;
  }
  const code = refusalOf(caller, answer.thrown, CANCEL_REFUSALS);
  caller.log({ did: MAY_HAVE_HAPPENED.has(code) ? "maybe cancelled" : "not cancelled", code, ...about });
}

const AGAIN_REFUSALS = ["ITEM_NOT_ENDED", "VERSION_CONFLICT"];

/** Has an item run again, with what depends on it or without. */
export async function runAgain(caller: BatchCaller, name: string, again: RunAgain): Promise<void> {
  const about = { client: caller.name, name, key: again.key };
  const batchId = caller.known.get(name) ?? "";
  caller.log({ did: "run again", ...about, dependents: again.dependents });
  const answer = await ask(caller, `runs ${again.key} again`, async (app) => regenerateItemOf(app, batchId, again));
  if ("value" in answer) {
    caller.log({ did: "runs again", ...about });
    return;
  }
  const code = refusalOf(caller, answer.thrown, AGAIN_REFUSALS);
  caller.log({ did: MAY_HAVE_HAPPENED.has(code) ? "maybe again" : "not again", code, ...about });
}
