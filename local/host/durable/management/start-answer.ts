import { jsonOrText } from "../history/json-or-text.ts";
import type { StartOutcome } from "../client/start-instance.ts";
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
  const { id } = outcome;
  if (outcome.kind === "exists")
    return refusal(409, `An Orchestration instance with the status ${outcome.status} already exists.`);
  const timeout = call.query.seconds("timeout");
  if (timeout !== undefined && call.query.seconds("pollingInterval") !== undefined) {
    const instance = await call.hub.waitForEnd(id, Math.min(timeout * 1000, LONGEST_WAIT_MS));
    if (instance?.status === "Completed") return { status: 200, body: jsonOrText(instance.output) };
    if (instance?.status === "Failed" || instance?.status === "Terminated" || instance?.status === "Canceled")
      return statusAnswer(call, instance);
  }
  const { rewindPostUri: _, ...body } = managementUrls(call.address, id);
  return { status: 202, body, headers: { location: body.statusQueryGetUri, "retry-after": "10" } };
}
