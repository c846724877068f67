import type { App } from "../../../../src/app.ts";
import { listDeadLetters } from "../../../../src/dead-letters/list-dead-letters.ts";
import { replayDeadLetter } from "../../../../src/dead-letters/replay-dead-letter.ts";
import { cancelJob } from "../../../../src/jobs/cancel.ts";
import { regenerateJob } from "../../../../src/jobs/regenerate.ts";
import { MAY_HAVE_HAPPENED, TRACEPARENT, WORKSPACE } from "../client/caller.ts";
import { MOODS } from "../job-type.ts";
import { ask, refusalOf } from "./batch-caller.ts";
import type { BatchCaller } from "./batch-caller.ts";

/** What may be asked of one job of a batch, as if it stood alone: of these jobs, named in a view of the batch. */
export interface OfOneJob {
  readonly name: string;
  readonly jobIds: readonly string[];
}

/** Between its item's release and its creation a job is named, and not there. */
const CANCEL_REFUSALS = ["JOB_ALREADY_ENDED", "VERSION_CONFLICT", "JOB_NOT_FOUND"];

export async function cancelOneJob(caller: BatchCaller, { jobIds: [first, ...others] }: OfOneJob): Promise<void> {
  if (first === undefined) return;
  const ref = { workspaceId: WORKSPACE, jobId: caller.site.random.pick([first, ...others]) };
  const answer = await ask(caller, `cancel ${ref.jobId}`, async (app) => cancelJob(app, { ref, actor: "client" }));
  if ("thrown" in answer) refusalOf(caller, answer.thrown, CANCEL_REFUSALS);
}

const AGAIN_REFUSALS = ["JOB_NOT_TERMINAL", "JOB_NOT_FOUND", "VERSION_CONFLICT"];

/** With the payload that it has or another, whether it has ended or not: it may end in this moment. */
export async function regenerateOneJob(caller: BatchCaller, { name, jobIds }: OfOneJob): Promise<void> {
  const { random, nextCall } = caller.site;
  const [first, ...others] = jobIds;
  if (first === undefined) return;
  const jobId = random.pick([first, ...others]);
  const text = random.happens(0.5) ? `${random.pick(MOODS)} again ${nextCall()} of ${caller.name}` : undefined;
  const payload = text === undefined ? undefined : { text, varies: true, given: [] };
  await askAgain(caller, { name, jobId, text, door: "regenerate", refusals: AGAIN_REFUSALS }, async (app) =>
    regenerateJob(app, { ref: { workspaceId: WORKSPACE, jobId }, payload, traceparent: TRACEPARENT }),
  );
}

const REPLAY_REFUSALS = ["OPERATION_SUPERSEDED", "DEAD_LETTER_RESOLVED", "VERSION_CONFLICT"];

/** Looks into the ledger for one that failed, and presses the button, now and then twice. */
export async function replayOneJob(caller: BatchCaller, { name, jobIds }: OfOneJob): Promise<void> {
  const { random } = caller.site;
  const found = await ask(caller, "lists dead letters", async (app) => listDeadLetters(app, { status: "open" }, 10));
  const letters = "value" in found ? found.value.letters : [];
  const [letter] = letters.filter((each) => each.origin === "job" && jobIds.includes(each.jobId));
  if (letter?.origin !== "job") return;
  const { jobId, deadLetterId } = letter;
  for (let times = random.happens(0.4) ? 2 : 1; times > 0; times--)
    await askAgain(caller, { name, jobId, text: undefined, door: "replay", refusals: REPLAY_REFUSALS }, async (app) =>
      replayDeadLetter(app, { deadLetterId, traceparent: TRACEPARENT }),
    );
}

interface Again {
  readonly name: string;
  readonly jobId: string;
  readonly text: string | undefined;
  readonly door: "regenerate" | "replay";
  readonly refusals: readonly string[];
}

async function askAgain(
  caller: BatchCaller,
  { refusals, ...again }: Again,
  what: (app: App) => Promise<unknown>,
): Promise<void> {
  const about = { client: caller.name, since: caller.site.commitCount(), ...again };
  const answer = await ask(caller, `${again.door} ${again.jobId}`, what);
  if ("value" in answer) {
    caller.log({ did: "job again", ...about });
    return;
  }
  const code = refusalOf(caller, answer.thrown, refusals);
  caller.log({ did: MAY_HAVE_HAPPENED.has(code) ? "job maybe again" : "job not again", ...about });
}
