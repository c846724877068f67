import type { HttpCookie } from "../../worker/protocol.ts";

/**
 * Writes a Set-Cookie header as ASP.NET does: name and value URL-encoded, attributes in lower case, path "/" unless the
 * function says otherwise.
 */
export function formatCookie(cookie: HttpCookie): string {
  const { expires, maxAge, domain, path, secure, sameSite, httpOnly } = cookie;
  const parts = [`${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`];
  if (expires?.value) parts.push(`expires=${new Date(Number(expires.value.seconds) * 1000).toUTCString()}`);
  if (maxAge?.value !== undefined) parts.push(`max-age=${Math.floor(maxAge.value)}`);
  if (domain?.value) parts.push(`domain=${domain.value}`);
  parts.push(`path=${path?.value ?? "/"}`);
  if (secure?.value === true) parts.push("secure");
  if (sameSite !== undefined && sameSite !== "none")
    parts.push(`samesite=${sameSite === "explicitNone" ? "none" : sameSite}`);
  if (httpOnly?.value === true) parts.push("httponly");
  return parts.join("; ");
}
