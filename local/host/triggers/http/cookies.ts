import type { HttpCookie } from "../../worker/protocol.ts";

/**
 * Writes a Set-Cookie header as ASP.NET does: name and value URL-encoded, attributes in lower case, path "/" unless the
 * function says otherwise.
 */
export function formatCookie(cookie: HttpCookie): string {
  const { domain, path, secure, sameSite, httpOnly } = cookie;
  const attributes: readonly (string | undefined)[] = [
    ...lifetimeAttributes(cookie),
    domain?.value && `domain=${domain.value}`,
    `path=${path?.value ?? "/"}`,
    secure?.value === true ? "secure" : undefined,
    sameSiteAttribute(sameSite),
    httpOnly?.value === true ? "httponly" : undefined,
  ];
  const pair = `${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`;
  return [pair, ...attributes.filter(Boolean)].join("; ");
}

function lifetimeAttributes({ expires, maxAge }: HttpCookie): readonly (string | undefined)[] {
  return [
    expires?.value && `expires=${new Date(Number(expires.value.seconds) * 1000).toUTCString()}`,
    maxAge?.value === undefined ? undefined : `max-age=${Math.floor(maxAge.value)}`,
  ];
}

function sameSiteAttribute(sameSite: HttpCookie["sameSite"]): string | undefined {
  if (sameSite === undefined || sameSite === "none") return undefined;
  return `samesite=${sameSite === "explicitNone" ? "none" : sameSite}`;
}
