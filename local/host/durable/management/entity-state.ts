import { entityId } from "../client/signal-entity.ts";
import { jsonOrText } from "../history/json-or-text.ts";
import { explainUnknownFunction } from "../replay/known-functions.ts";
import { refusal } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { ManagementCall } from "./management-call.ts";

/** `GET /entities/{name}/{key}` */
export function entityState({ hub, path }: ManagementCall): Promise<Answer> {
  const name = path["name"] ?? "";
  const unknown = explainUnknownFunction(hub, "entity", name);
  if (unknown !== undefined) return Promise.resolve(refusal(400, unknown));
  const entity = hub.find(entityId(name, entityKey(path)));
  if (entity?.kind !== "entity" || !entity.exists) return Promise.resolve({ status: 404 });
  return Promise.resolve({ status: 200, body: jsonOrText(entity.state) });
}

/** In a path, `$` stands for the empty key. */
export function entityKey({ key = "" }: ManagementCall["path"]): string {
  return key === "$" ? "" : key;
}
