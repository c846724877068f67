import { listEntities } from "../client/list-entities.ts";
import { jsonOrText } from "../history/json-or-text.ts";
import type { Answer } from "./answer.ts";
import type { ManagementCall } from "./management-call.ts";
import { pageAnswer, readPageRequest } from "./page-answer.ts";

/** `GET /entities[/{name}]`, page by page */
export function entityList(call: ManagementCall): Promise<Answer> {
  const { hub, path, query } = call;
  const filter = {
    name: path["name"],
    lastOperationFrom: query.instant("lastOperationTimeFrom"),
    lastOperationTo: query.instant("lastOperationTimeTo"),
  };
  const showsState = query.flag("fetchState") ?? false;
  const { items, continuation } = listEntities(hub, filter, readPageRequest(call));
  const views = items.map(({ name, key, updatedAt, state }) => ({
    entityId: { name, key },
    lastOperationTime: new Date(updatedAt).toISOString(),
    ...(showsState ? { state: jsonOrText(state) } : {}),
  }));
  return Promise.resolve(pageAnswer(views, continuation));
}
