import type { StartOutcome } from "../client/start-instance.ts";
import { jsonOrText } from "../history/json-or-text.ts";
import { isEnded } from "../state/instance.ts";
import { refusal } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { statusAnswer } from "./instance-status.ts";
import { managementUrls } from "./links.ts";
import type { ManagementCall } from "./management-call.ts";

/** The longest wait a timer can do. */
const LONGEST_WAIT_MS = 2_147_483_647;

/**
 * What a start is answered with: the URLs to follow it by, or, with `timeout` and `pollingInterval`, its output if it
 * completes in that time. The interval does not matter, because nobody polls.
 */
export async function answerStart(call: ManagementCall, outcome: StartOutcome): Promise<Answer> {
  if (outcome.kind === "invalid") return refusal(400, outcome.reason);
  if (outcome.kind === "exists")
    return refusal(409, `An Orchestration instance with the status ${outcome.status} already exists.`);
  return (await waitForAnswer(call, outcome.id)) ?? answerStarted(call, outcome.id);
}

/** What has ended in the time the caller waits; undefined when it has not, or the caller does not wait. */
async function waitForAnswer(call: ManagementCall, id: string): Promise<Answer | undefined> {
  const timeout = call.query.seconds("timeout");
  if (timeout === undefined || call.query.seconds("pollingInterval") === undefined) return undefined;
  const instance = await call.hub.waitForEnd(id, Math.min(timeout * 1000, LONGEST_WAIT_MS));
  if (!instance || !isEnded(instance.status)) return undefined;
  if (instance.status === "Completed") return { status: 200, body: jsonOrText(instance.output) };
  return statusAnswer(call, instance);
}

function answerStarted(call: ManagementCall, id: string): Answer {
  const { rewindPostUri: _, ...body } = managementUrls(call.address, id);
  return { status: 202, body, headers: { location: body.statusQueryGetUri, "retry-after": "10" } };
}
