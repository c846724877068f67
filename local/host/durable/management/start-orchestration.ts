import { startInstance } from "../client/start-instance.ts";
import type { Answer } from "./answer.ts";
import { readJsonText } from "./json-body.ts";
import type { ManagementCall } from "./management-call.ts";
import { answerStart } from "./start-answer.ts";

/** `POST /orchestrators/{name}[/{id}]`, with the input as JSON or no body; `?version=`, `?timeout=&pollingInterval=`. */
export async function startOrchestration(call: ManagementCall): Promise<Answer> {
  const { hub, path, query, startToken, replacesRunning } = call;
  const outcome = await startInstance(hub, {
    name: path["name"] ?? "",
    id: path["id"] ?? startToken,
    input: readJsonText(call.body),
    version: query.text("version"),
    executionId: startToken,
    replacesRunning,
  });
  return answerStart(call, outcome);
}
