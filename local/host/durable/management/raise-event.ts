import { standingOf } from "../client/instance-standing.ts";
import type { Standing } from "../client/instance-standing.ts";
import { raiseEvent } from "../client/raise-event.ts";
import { refusal } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { isJson, readJsonText } from "./json-body.ts";
import type { ManagementCall } from "./management-call.ts";

/** `POST /instances/{id}/raiseEvent/{event}` with the event's value as JSON */
export async function raiseEventFor({ hub, path, headers, body }: ManagementCall): Promise<Answer> {
  const id = path["id"] ?? "";
  const before = standingOf(hub, id);
  if (before.kind !== "live") return answerStanding(before);
  if (!isJson(headers["content-type"])) return refusal(400, "Only application/json request content is supported");
  return answerStanding(await raiseEvent(hub, id, { name: path["event"] ?? "", input: readJsonText(body) }));
}

/** 202 when an orchestration has got what it was sent, 404 when there is none, 410 when it has ended. */
export function answerStanding({ kind }: Standing): Answer {
  return { status: { live: 202, absent: 404, ended: 410 }[kind] };
}
