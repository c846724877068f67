import { types } from "node:util";
import { messageOf } from "../../logging/describe-error.ts";
import { describeOwnFailure } from "./activity-failure.ts";
import type { ActivityFailure } from "./activity-failure.ts";

/** The fields of the SDK's DurableHttpRequest that count here; polling is the orchestrator's. */
interface HttpRequest {
  readonly method: string;
  readonly uri: string;
  readonly content?: string | null;
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly tokenSource?: unknown;
}

/** .NET keeps these with the content, and the Durable extension hands on the headers of the response alone. */
const CONTENT_HEADER = /^(content-.*|allow|expires|last-modified)$/i;

/** As long as .NET's HttpClient, which the Durable extension sends with, waits for a whole response. */
const LONGEST_CALL_MS = 100_000;

/**
 * Runs the activity behind `context.df.callHttp()`: sends the request. Any status is a result; only when there is no
 * response at all, or none in time, has it failed.
 */
export async function callHttp(
  input: string | null,
  longestMs = LONGEST_CALL_MS,
): Promise<{ readonly Result: string } | ActivityFailure> {
  const request = JSON.parse(input ?? "{}") as HttpRequest;
  if (request.tokenSource)
    return describeOwnFailure(
      `Cannot call "${request.uri}" with a tokenSource: there is no managed identity on this host. Put a token into the headers instead`,
    );
  try {
    const response = await fetch(request.uri, {
      method: request.method,
      headers: headersOf(request),
      signal: AbortSignal.timeout(longestMs),
      ...(hasContent(request) ? { body: request.content } : {}),
    });
    const content = await response.text();
    return { Result: JSON.stringify({ statusCode: response.status, headers: readHeaders(response), content }) };
  } catch (error) {
    return describeOwnFailure(describeCause(error, longestMs));
  }
}

function hasContent({ content }: HttpRequest): boolean {
  return content !== undefined && content !== null;
}

function headersOf(request: HttpRequest): Headers {
  const headers = new Headers(request.headers ?? {});
  if (hasContent(request) && !headers.has("content-type")) headers.set("content-type", "text/plain");
  return headers;
}

/** One value as text, several as a list. */
function readHeaders({ headers }: Response): Record<string, string | string[]> {
  const read: Record<string, string | string[]> = {};
  for (const [name, value] of headers) if (!CONTENT_HEADER.test(name)) read[name] = value;
  const cookies = headers.getSetCookie();
  if (cookies.length > 1) read["set-cookie"] = cookies;
  return read;
}

/** `fetch failed` says nothing; its cause does. Its errors may be of another realm than ours. */
function describeCause(error: unknown, longestMs: number): string {
  if (error instanceof DOMException && error.name === "TimeoutError")
    return `The request was canceled due to the configured HttpClient.Timeout of ${longestMs / 1000} seconds elapsing.`;
  if (!types.isNativeError(error)) return messageOf(error);
  return types.isNativeError(error.cause) ? `${error.message}: ${error.cause.message}` : error.message;
}
