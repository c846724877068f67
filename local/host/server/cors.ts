import type { IncomingMessage, ServerResponse } from "node:http";
import { answerEmpty } from "./answer.ts";

/** Adds the CORS headers to a response. Returns true when the request was a preflight, which is answered then. */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface CorsSettings {
  /** As in local.settings.json: origins with commas between them, or `*`. */
  readonly origins: string;
  readonly allowsCredentials: boolean;
}

/**
 * Cross-origin rules as `func start` sets them up with ASP.NET: any method and header from the given origins. Throws when
 * credentials are to go to any origin, which the protocol forbids.
 */
export function createCors({ origins, allowsCredentials }: CorsSettings): Cors {
  const allowed = new Set(origins.split(",").flatMap((origin) => (origin.trim() === "" ? [] : [normalise(origin)])));
  const allowsAny = allowed.has("*");
  if (allowsAny && allowsCredentials)
    throw new Error(
      'Cannot use local.settings.json: Host.CORSCredentials needs named origins in Host.CORS, found "*", which browsers refuse',
    );
  return (request, response) => {
    const { origin } = request.headers;
    if (origin === undefined || allowed.size === 0) return false;
    if (allowsAny || allowed.has(origin)) {
      response.setHeader("access-control-allow-origin", allowsAny ? "*" : origin);
      if (allowsCredentials) response.setHeader("access-control-allow-credentials", "true");
      if (allowed.size > 1 && !allowsAny) response.setHeader("vary", "Origin");
      if (isPreflight(request)) allowWhatIsAskedFor(request, response);
    }
    if (!isPreflight(request)) return false;
    answerEmpty(response, 204);
    return true;
  };
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

function allowWhatIsAskedFor({ headers }: IncomingMessage, response: ServerResponse): void {
  const { "access-control-request-method": method = "", "access-control-request-headers": names } = headers;
  response.setHeader("access-control-allow-methods", method);
  if (names !== undefined) response.setHeader("access-control-allow-headers", names);
}

/** Browsers send scheme and host in lower case, without a path. */
function normalise(text: string): string {
  const origin = text.trim();
  return origin === "*" || !URL.canParse(origin) ? origin : new URL(origin).origin;
}
