import { restartInstance } from "../client/restart-instance.ts";
import { refusal } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { ManagementCall } from "./management-call.ts";
import { answerStart } from "./start-answer.ts";

/** `POST /instances/{id}/restart?restartWithNewInstanceId=` (default true). */
export async function restartOrchestration(call: ManagementCall): Promise<Answer> {
  const hasNewId = call.query.flag("restartWithNewInstanceId") ?? true;
  const { hub, path, replacesRunning } = call;
  const outcome = await restartInstance(hub, path["id"] ?? "", { hasNewId, replacesRunning });
  if (outcome.kind === "invalid")
    return refusal(400, "InstanceId does not match a valid orchestration instance.", outcome.reason);
  if (outcome.kind === "exists") return refusal(409, "A non-terminal instance with this instance ID already exists.");
  return answerStart(call, outcome);
}
