/** What Azurite tells about itself. It does so in console lines, and in no other way. */
export type AzuriteNews =
  | { readonly kind: "listening"; readonly service: "blob" | "queue" | "table"; readonly port: number }
  | { readonly kind: "closing" }
  | { readonly kind: "closed"; readonly service: "blob" | "queue" | "table" }
  | { readonly kind: "failed"; readonly reason: string };

/**
 * Reads a console line of Azurite:
 *
 *     Azurite Blob service is successfully listening at http://127.0.0.1:10000
 *     Azurite Blob service is closing...
 *     Azurite Blob service successfully closed
 *     Exit due to unhandled error: listen EADDRINUSE: address already in use 127.0.0.1:10000
 *     Shutdown close failed in status Running: …
 */
export function readAzuriteLine(line: string): AzuriteNews | undefined {
  const [, name, what] = /^Azurite (Blob|Queue|Table) service (.*)$/.exec(line) ?? [];
  if (name && what) return readServiceLine(name.toLowerCase() as "blob" | "queue" | "table", what);
  const [, reason] = /^(?:Exit due to unhandled error|Shutdown close failed in status \w+): (.*)$/s.exec(line) ?? [];
  return reason === undefined ? undefined : { kind: "failed", reason };
}

function readServiceLine(service: "blob" | "queue" | "table", what: string): AzuriteNews | undefined {
  const [, port] = /^is successfully listening at \S+:(\d+)$/.exec(what) ?? [];
  if (port) return { kind: "listening", service, port: Number(port) };
  if (what === "is closing...") return { kind: "closing" };
  return what === "successfully closed" ? { kind: "closed", service } : undefined;
}
