import { signalEntity } from "../client/signal-entity.ts";
import { refusal } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { entityKey } from "./entity-state.ts";
import { isJson, readJsonText } from "./json-body.ts";
import type { ManagementCall } from "./management-call.ts";

/** `POST /entities/{name}/{key}?op=`, with the operation's input as JSON; another media type makes it a string */
export async function signal(call: ManagementCall): Promise<Answer> {
  return send(call, call.query.text("op") ?? "");
}

/** `DELETE /entities/{name}/{key}` */
export async function signalDelete(call: ManagementCall): Promise<Answer> {
  return send(call, "delete");
}

/** `POST /entities/{name}`: nobody is meant */
export function signalNobody({ path }: ManagementCall): Promise<Answer> {
  return Promise.resolve(
    refusal(400, `Say which '${path["name"] ?? ""}' is meant: the key of the entity must follow, $ for the empty one`),
  );
}

async function send({ hub, path, headers, body }: ManagementCall, operation: string): Promise<Answer> {
  const isText = body.length > 0 && !isJson(headers["content-type"]);
  const input = isText ? JSON.stringify(body.toString("utf8")) : readJsonText(body);
  const refused = await signalEntity(hub, { name: path["name"] ?? "", key: entityKey(path), operation, input });
  return refused === undefined ? { status: 202 } : refusal(400, refused);
}
