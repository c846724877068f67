import { resolveSettings } from "../../config/expressions.ts";
import { apiAddress } from "../../durable/management/api-address.ts";
import { creationUrls, keyParameter, managementUrls } from "../../durable/management/links.ts";
import type { ApiAddress } from "../../durable/management/links.ts";
import type { HostContext } from "../../host-context.ts";
import type { Binding } from "../../worker/protocol.ts";
import type { InputBinding } from "../input-binding.ts";

/** What the SDK replaces by the id of the instance that it makes links for. */
const ID_PLACEHOLDER = "INSTANCEID";

/** `df.input.durableClient()`: where the app's Durable client calls, and the URLs that it hands to others. */
export const durableClient: InputBinding = {
  types: ["durableClient", "orchestrationClient"],
  prepare(binding, context) {
    const settings = (name: string) => readSetting(binding, name, context);
    const own = apiAddress(context, context.hostUrl);
    assertOwnHub(settings("taskHub"), own.hubName);
    const address = { ...own, connectionName: settings("connectionName") ?? own.connectionName };
    context.durable.use();
    context.durableRpc.need();
    return () => Promise.resolve({ string: JSON.stringify(describeClient(address, context.durableRpc.baseUrl())) });
  },
};

function readSetting(binding: Binding, name: string, { environment }: HostContext): string | undefined {
  const value = binding[name];
  return typeof value === "string" && value !== "" ? resolveSettings(value, environment) : undefined;
}

function assertOwnHub(taskHub: string | undefined, hubName: string): void {
  if (taskHub === undefined || taskHub.toLowerCase() === hubName.toLowerCase()) return;
  throw new Error(`The Durable client's task hub is '${taskHub}': this host serves only its own, '${hubName}'`);
}

/** In the field names of the Durable extension; the SDK turns down a value without the first three. */
function describeClient(address: ApiAddress, rpcBaseUrl: string): Record<string, unknown> {
  return {
    taskHubName: address.hubName,
    creationUrls: creationUrls(address),
    managementUrls: managementUrls(address, ID_PLACEHOLDER),
    baseUrl: address.baseUrl,
    requiredQueryStringParameters: address.key === undefined ? "" : keyParameter(address.key),
    rpcBaseUrl,
  };
}
