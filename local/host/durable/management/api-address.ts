import type { HostContext } from "../../host-context.ts";
import { DEFAULT_CONNECTION, SYSTEM_KEY, WEBHOOK_PATH } from "./links.ts";
import type { ApiAddress } from "./links.ts";

/** Where this host's API is, for somebody who knows the host as `origin`. */
export function apiAddress({ durable, keys }: HostContext, origin: string): ApiAddress {
  return {
    baseUrl: `${origin}${WEBHOOK_PATH}`,
    hubName: durable.options.hubName,
    connectionName: DEFAULT_CONNECTION,
    key: keys?.systemKey(SYSTEM_KEY),
  };
}
