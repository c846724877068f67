import type { WebPubSubAction } from "./web-pub-sub-action.ts";

/** What the service is asked over REST: a path below the hub. */
export interface ActionRequest {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly message?: { readonly body: string | Uint8Array; readonly contentType: string };
}

type ToRequest = (action: WebPubSubAction) => ActionRequest;

/** The actions of the Web PubSub extension 1.x as requests of the service's REST API 2024-12-01. */
const REQUESTS: Readonly<Record<string, ToRequest>> = {
  sendToAll: (action) => send(action, "", excluded(action)),
  sendToGroup: (action) => send(action, group(action), excluded(action)),
  sendToUser: (action) => send(action, user(action)),
  sendToConnection: (action) => send(action, connection(action)),
  addUserToGroup: (action) => ({ method: "PUT", path: `${user(action)}${group(action)}` }),
  removeUserFromGroup: (action) => ({ method: "DELETE", path: `${user(action)}${group(action)}` }),
  removeUserFromAllGroups: (action) => ({ method: "DELETE", path: `${user(action)}/groups` }),
  addConnectionToGroup: (action) => ({ method: "PUT", path: `${group(action)}${connection(action)}` }),
  removeConnectionFromGroup: (action) => ({ method: "DELETE", path: `${group(action)}${connection(action)}` }),
  closeAllConnections: (action) => close(action, ""),
  closeGroupConnections: (action) => close(action, group(action)),
  closeClientConnection: (action) => ({ method: "DELETE", path: connection(action), query: reason(action) }),
  grantPermission: (action) => ({ method: "PUT", ...permission(action) }),
  revokePermission: (action) => ({ method: "DELETE", ...permission(action) }),
};

/** Throws when there is no such action, or when it lacks a field. */
export function actionRequest(action: WebPubSubAction): ActionRequest {
  const name = action.actionName.toLowerCase();
  const found = Object.entries(REQUESTS).find(([each]) => each.toLowerCase() === name);
  if (!found) throw new Error(`Not supported WebPubSubOperation: ${action.actionName}.`);
  return found[1](action);
}

function send(action: WebPubSubAction, to: string, query: ActionRequest["query"] = []): ActionRequest {
  return { method: "POST", path: `${to}/:send`, query, message: action.message() };
}

function close(action: WebPubSubAction, where: string): ActionRequest {
  return { method: "POST", path: `${where}/:closeConnections`, query: [...excluded(action), ...reason(action)] };
}

function permission(action: WebPubSubAction): Pick<ActionRequest, "path" | "query"> {
  const name = ["sendToGroup", "joinLeaveGroup"].find(
    (each) => each.toLowerCase() === action.required("permission").toLowerCase(),
  );
  if (name === undefined)
    throw new Error(
      `"permission" must be "sendToGroup" or "joinLeaveGroup", found ${JSON.stringify(action.optional("permission"))}`,
    );
  const target = action.optional("targetName");
  return {
    path: `/permissions/${name}${connection(action)}`,
    query: target === undefined ? [] : [["targetName", target]],
  };
}

function group(action: WebPubSubAction): string {
  return `/groups/${encodeURIComponent(action.required("group"))}`;
}

function user(action: WebPubSubAction): string {
  return `/users/${encodeURIComponent(action.required("userId"))}`;
}

function connection(action: WebPubSubAction): string {
  return `/connections/${encodeURIComponent(action.required("connectionId"))}`;
}

function excluded(action: WebPubSubAction): readonly (readonly [string, string])[] {
  return action.texts("excluded").map((id) => ["excluded", id]);
}

function reason(action: WebPubSubAction): readonly (readonly [string, string])[] {
  const text = action.optional("reason");
  return text === undefined ? [] : [["reason", text]];
}
