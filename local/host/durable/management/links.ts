/** Where the management API is, for one who asks. */
export interface ApiAddress {
  /** `http://<host>/runtime/webhooks/durabletask`, without a slash at the end. */
  readonly baseUrl: string;
  readonly hubName: string;
  /** Name of the storage connection; only shown, there is none here. */
  readonly connectionName: string;
  /** Undefined when keys are not enforced. */
  readonly key: string | undefined;
}

export interface ManagementUrls extends Readonly<Record<string, string>> {
  readonly id: string;
  readonly statusQueryGetUri: string;
}

export const WEBHOOK_PATH = "/runtime/webhooks/durabletask";
/** The name of the key that opens the API, beside the master key. */
export const SYSTEM_KEY = "durabletask_extension";
export const DEFAULT_CONNECTION = "Storage";

/** The URLs that manage one instance. The SDK replaces `{eventName}` and `{text}` by text. */
export function managementUrls(address: ApiAddress, id: string): ManagementUrls {
  const instance = `${address.baseUrl}/instances/${encodeURIComponent(id)}`;
  const query = queryOf(address);
  return {
    id,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
}

/** The URLs that start instances, with the placeholders of the Durable extension. */
export function creationUrls({ baseUrl, key }: ApiAddress): Readonly<Record<string, string>> {
  const start = `${baseUrl}/orchestrators/{functionName}[/{instanceId}]`;
  const code = key === undefined ? "" : keyParameter(key);
  return {
    createNewInstancePostUri: code === "" ? start : `${start}?${code}`,
    createAndWaitOnNewInstancePostUri:
      `${start}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}` + (code === "" ? "" : `&${code}`),
  };
}

export function keyParameter(key: string): string {
  return `code=${encodeURIComponent(key)}`;
}

function queryOf({ hubName, connectionName, key }: ApiAddress): string {
  const parts = [`taskHub=${encodeURIComponent(hubName)}`, `connection=${encodeURIComponent(connectionName)}`];
  return [...parts, ...(key === undefined ? [] : [keyParameter(key)])].join("&");
}
