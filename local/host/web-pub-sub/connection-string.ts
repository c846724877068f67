/** Where a Web PubSub service answers, and the key that its tokens are signed with. */
export interface WebPubSubAccess {
  /** Without a slash at the end. */
  readonly endpoint: string;
  readonly accessKey: string;
}

/** Reads `Endpoint=https://…;AccessKey=…;Port=…;Version=1.0;`. Throws when the endpoint or the key is missing or wrong. */
export function parseConnectionString(text: string): WebPubSubAccess {
  const properties = new Map<string, string>();
  for (const property of text.split(";")) {
    const equals = property.indexOf("=");
    if (equals < 0) continue;
    const key = property.slice(0, equals).trim();
    if (properties.has(key.toLowerCase())) throw new Error(`Duplicate properties found in connection string: ${key}.`);
    properties.set(key.toLowerCase(), property.slice(equals + 1).trim());
  }
  const required = (name: string): string => {
    const value = properties.get(name.toLowerCase());
    if (!value) throw new Error(`Required property not found in connection string: ${name}.`);
    return value;
  };
  return { endpoint: endpointOf(required("Endpoint"), properties.get("port")), accessKey: required("AccessKey") };
}

function endpointOf(text: string, port: string | undefined): string {
  if (!URL.canParse(text) || !/^https?:/i.test(text))
    throw new Error(`Endpoint of the connection string must begin with http:// or https://, found '${text}'`);
  const url = new URL(text);
  if (port !== undefined) {
    if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
      throw new Error(`Invalid Port value: ${port}`);
    url.port = port;
  }
  return url.href.replace(/\/+$/, "");
}
