import { resolveBindingExpressions } from "../../config/expressions.ts";
import { createAccessToken } from "../../web-pub-sub/access-token.ts";
import { openHub } from "../../web-pub-sub/open-hub.ts";
import type { OpenedHub } from "../../web-pub-sub/open-hub.ts";
import type { OutputBinding } from "../output-binding.ts";
import { actionRequest } from "./action-request.ts";
import type { ActionRequest } from "./action-request.ts";
import { parseActions } from "./web-pub-sub-action.ts";

const API_VERSION = "2024-12-01";
const TOKEN_LIFETIME_IN_SECONDS = 300;

/** What .NET's HTTP client allows for an answer. */
const ANSWER_TIMEOUT_MS = 100_000;

/** `output.webPubSub()`: tells the Web PubSub service one action after the other. */
export const webPubSubOutput: OutputBinding = {
  type: "webPubSub",
  prepare(binding, context) {
    const opened = openHub(binding, context.environment);
    return async (data, bindingData) => {
      const actions = parseActions(data);
      const hub = { ...opened, hub: resolveBindingExpressions(opened.hub, bindingData) };
      for (const action of actions) await request(hub, action.actionName, actionRequest(action));
    };
  },
};

/** Rejects with the service's words when it refuses. */
async function request(hub: OpenedHub, actionName: string, action: ActionRequest): Promise<void> {
  const { method, message } = action;
  const url = urlOf(hub, action);
  const claims = { audience: url, lifetimeInSeconds: TOKEN_LIFETIME_IN_SECONDS };
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${createAccessToken(hub.accessKey, claims, new Date())}`,
      ...(message ? { "content-type": message.contentType } : {}),
    },
    ...(message ? { body: Buffer.from(message.body as Uint8Array) } : {}),
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`Web PubSub answered ${response.status} to '${actionName}' for hub '${hub.hub}': ${text}`);
}

function urlOf({ endpoint, hub }: OpenedHub, { path, query = [] }: ActionRequest): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of [...query, ["api-version", API_VERSION] as const]) parameters.append(name, value);
  return new URL(`${endpoint}/api/hubs/${encodeURIComponent(hub)}${path}?${parameters.toString()}`).href;
}
