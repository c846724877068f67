import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { MillraceError } from "./errors.ts";

/** Azure's wire server answers every virtual machine on an address that looks public. */
const PLATFORM_ADDRESSES: readonly string[] = ["168.63.129.16", "100.100.100.200"];

/** All of the unicast Internet that is assigned for IPv6; what lies outside is special or not in use (RFC 4291, IANA). */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR("2000::/3");

/** An IPv4 address as an IPv6-only network reaches it (RFC 6052): as public as the address inside. */
const NAT64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");

const PORTS: readonly string[] = ["", "80", "443", "8080", "8443"];
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal)\.*$/u;
const MAX_URL_LENGTH = 2_048;

/**
 * Says whether an IP address belongs to the public Internet. Everything else is forbidden: private, loopback, link-local,
 * multicast, documentation, tunnels that can carry a private address (6to4, Teredo), text that is no address.
 */
export function classifyAddress(ip: string): "public" | "forbidden" {
  if (isIP(ip) === 0) return "forbidden";
  const address = unwrap(ipaddr.parse(ip));
  if (PLATFORM_ADDRESSES.includes(address.toString()) || address.range() !== "unicast") return "forbidden";
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST_V6) ? "public" : "forbidden";
}

/** The IPv4 address inside an IPv6 one, where the network would in the end talk to that. */
function unwrap(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address instanceof ipaddr.IPv4) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  return address.match(NAT64) ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address;
}

/**
 * Reads a URL that somebody else chose and refuses it unless it can lead to the public Internet: http or https, no
 * credentials, a usual port, and a host that is neither a local name nor an address of a private network. A name can
 * still resolve to one: see guarded-fetch.ts. An origin in `allowedOrigins` may have any host, port and length.
 *
 * @throws MillraceError `URL_FORBIDDEN`, always with the same message: it must not help to explore our network.
 */
export function checkUrl(url: string, options: { readonly allowedOrigins: readonly string[] }): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !isPlainHttp(parsed)) throw urlForbidden();
  if (isAllowedOrigin(parsed, options.allowedOrigins)) return parsed;
  if (url.length > MAX_URL_LENGTH || !PORTS.includes(parsed.port) || !isPublicHost(parsed.hostname))
    throw urlForbidden();
  return parsed;
}

/** Whether the operator named this very scheme, host and port as one to trust. */
export function isAllowedOrigin(url: URL, allowedOrigins: readonly string[]): boolean {
  return allowedOrigins.some((allowed) => new URL(allowed).origin === url.origin);
}

export function urlForbidden(): MillraceError {
  return new MillraceError(
    "URL_FORBIDDEN",
    "Cannot use this address: only public http and https addresses are allowed",
  );
}

function isPlainHttp(url: URL): boolean {
  return (url.protocol === "http:" || url.protocol === "https:") && !url.username && !url.password;
}

/** The URL parser has already turned every spelling of an address (hex, octal, full-width digits) into the usual one. */
function isPublicHost(hostname: string): boolean {
  const literal = hostname.replace(/^\[|\]$/gu, "");
  if (isIP(literal) !== 0) return classifyAddress(literal) === "public";
  return hostname !== "" && !LOCAL_NAME.test(hostname);
}
