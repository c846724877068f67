import { findConnection } from "../config/connections.ts";
import { resolveSettings } from "../config/expressions.ts";
import type { Environment } from "../config/expressions.ts";
import type { Binding } from "../worker/protocol.ts";
import { parseConnectionString } from "./connection-string.ts";
import type { WebPubSubAccess } from "./connection-string.ts";

const DEFAULT_CONNECTION = "WebPubSubConnectionString";
const DEFAULT_HUB_SETTING = "WebPubSubHub";

export interface OpenedHub extends WebPubSubAccess {
  /** With settings replaced; `{…}` may still be in it. */
  readonly hub: string;
}

/**
 * Reads `connection` and `hub` of a Web PubSub binding; without them the settings `WebPubSubConnectionString` and
 * `WebPubSubHub` count. Throws when one is missing.
 */
export function openHub(binding: Binding, environment: Environment): OpenedHub {
  const { connection, type } = binding;
  const name = typeof connection === "string" && connection !== "" ? connection : DEFAULT_CONNECTION;
  const connectionString = findConnection([name], environment);
  if (connectionString === undefined)
    throw new Error(
      `Set the connection string of Web PubSub as the setting '${name}', which '${type}' names as its connection: there is none`,
    );
  const hub = binding["hub"] ?? environment[DEFAULT_HUB_SETTING];
  if (typeof hub !== "string" || hub === "")
    throw new Error(`Resolved 'Hub' value is null for '${type}': set "hub" or the setting '${DEFAULT_HUB_SETTING}'`);
  return { ...parseConnectionString(connectionString), hub: resolveSettings(hub, environment) };
}
