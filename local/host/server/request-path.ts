import type { IncomingMessage } from "node:http";

/** The path of a request, still encoded, without its query. Also of the absolute form that proxies send. */
export function pathOf(request: IncomingMessage): string {
  const target = targetOf(request);
  const end = target.indexOf("?");
  return end < 0 ? target : target.slice(0, end);
}

export function queryOf(request: IncomingMessage): URLSearchParams {
  const target = targetOf(request);
  const start = target.indexOf("?");
  return new URLSearchParams(start < 0 ? "" : target.slice(start));
}

function targetOf({ url = "/" }: IncomingMessage): string {
  return url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?#]*/i, "");
}
