/** A host name or address with an optional port, as a `Host` header has it. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** The part of an HTTP request that says how the client reached us. */
export interface OriginSource {
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

/**
 * Scheme and host for absolute links: the `PUBLIC_ORIGIN` setting if there is one; else what the nearest proxy says in
 * `X-Forwarded-Host` and `X-Forwarded-Proto`; else the request's own. What is not a host name is ignored.
 */
export function originOf({ url, headers }: OriginSource, publicOrigin: string | undefined): string {
  if (publicOrigin) return new URL(publicOrigin).origin;
  const own = new URL(url);
  const forwardedHost = firstOf(headers.get("x-forwarded-host"));
  const forwardedProtocol = firstOf(headers.get("x-forwarded-proto"));
  const host = forwardedHost && isHost(forwardedHost) ? forwardedHost : own.host;
  const protocol =
    forwardedProtocol === "http" || forwardedProtocol === "https" ? `${forwardedProtocol}:` : own.protocol;
  return `${protocol}//${host}`;
}

/** The pattern keeps paths and credentials out; the parser knows ports above 65535 and addresses that are none. */
function isHost(text: string): boolean {
  return HOST.test(text) && URL.canParse(`http://${text}`);
}

/** Each proxy appends; the first entry is what the client itself asked for. */
function firstOf(header: string | null): string | undefined {
  return header?.split(",", 1)[0]?.trim().toLowerCase();
}
