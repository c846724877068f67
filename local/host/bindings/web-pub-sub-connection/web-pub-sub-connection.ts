import { resolveBindingExpressions } from "../../config/expressions.ts";
import { textSetting } from "../../config/text-setting.ts";
import { createAccessToken } from "../../web-pub-sub/access-token.ts";
import { openHub } from "../../web-pub-sub/open-hub.ts";
import type { InputBinding } from "../input-binding.ts";

const TOKEN_LIFETIME_IN_SECONDS = 3600;

/** Where clients connect, by the protocol they speak. */
const CLIENT_PATHS: Readonly<Record<string, string>> = { default: "client/hubs", mqtt: "clients/mqtt/hubs" };

/** `input.webPubSubConnection()`: `{ baseUrl, url, accessToken }` for one client, whose user the token names. */
export const webPubSubConnection: InputBinding = {
  types: ["webPubSubConnection"],
  prepare(binding, context) {
    const opened = openHub(binding, context.environment);
    const userIdSetting = textSetting(binding, "userId", context.environment);
    const protocol = textSetting(binding, "clientProtocol", context.environment) ?? "default";
    const clientPath = CLIENT_PATHS[protocol.toLowerCase()];
    if (clientPath === undefined) throw new Error(`"clientProtocol" must be "default" or "mqtt", found '${protocol}'`);
    return async (bindingData) => {
      const hub = resolveBindingExpressions(opened.hub, bindingData);
      const userId = userIdSetting === undefined ? undefined : resolveBindingExpressions(userIdSetting, bindingData);
      const audience = `${opened.endpoint}/${clientPath}/${hub}`;
      const claims = { audience, lifetimeInSeconds: TOKEN_LIFETIME_IN_SECONDS, userId };
      const accessToken = createAccessToken(opened.accessKey, claims, new Date());
      const baseUrl = audience.replace(/^http/i, "ws");
      return { json: JSON.stringify({ baseUrl, url: `${baseUrl}?access_token=${accessToken}`, accessToken }) };
    };
  },
};
