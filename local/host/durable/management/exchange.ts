import type { IncomingMessage, ServerResponse } from "node:http";
import { queryOf } from "../../server/request-path.ts";
import { newId } from "../new-id.ts";
import { BadRequest } from "./answer.ts";
import type { ApiAddress } from "./links.ts";
import { findRoute } from "./routes.ts";
import type { MatchedRoute } from "./routes.ts";

/** Set on what a host passes on to the owner: the start's token, so that passing it on twice starts it once. */
export const START_TOKEN_HEADER = "x-durable-start-token";

/** A request to the management API on its way, here or on to the owner. */
export interface Exchange {
  readonly method: string;
  /** Below the base, decoded. */
  readonly segments: readonly string[];
  readonly matched: MatchedRoute;
  readonly search: URLSearchParams;
  readonly body: Buffer;
  readonly startToken: string;
  readonly address: ApiAddress;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Opening extends Pick<Exchange, "request" | "response" | "body" | "address"> {
  readonly path: string;
}

/** Makes sense of a request; undefined when it has no route. A start gets its instance's id now. Throws `BadRequest`. */
export function openExchange({ request, response, body, address, path }: Opening): Exchange | undefined {
  const { method = "GET" } = request;
  const asked = path.split("/").filter(Boolean).map(decode);
  const given = request.headers[START_TOKEN_HEADER];
  const startToken = typeof given === "string" && given !== "" ? given : newId();
  const isNamelessStart = method === "POST" && asked[0]?.toLowerCase() === "orchestrators" && asked.length === 2;
  const segments = isNamelessStart ? [...asked, startToken] : asked;
  const matched = findRoute(method, segments);
  if (!matched) return undefined;
  return { request, response, body, address, method, segments, matched, startToken, search: queryOf(request) };
}

/** Whether it may be sent again when nobody knows what became of it. */
export function isRepeatable({ method, segments }: Exchange): boolean {
  return method === "GET" || segments[0]?.toLowerCase() === "orchestrators";
}

/** Where the caller can ask the same again. */
export function publicUrl({ address, segments, search }: Exchange): string {
  const query = search.toString();
  return `${address.baseUrl}/${segments.map(encodeURIComponent).join("/")}${query === "" ? "" : `?${query}`}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new BadRequest(`The path has a part '${segment}' that is not well encoded`);
  }
}
