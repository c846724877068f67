import type { Response } from "undici";
import { MillraceError } from "./errors.ts";

/**
 * What an answer that is not a success means for the next attempt: a server's fault, 408 and 429 may pass, anything
 * else (a client's fault, a redirect that leads nowhere) will not.
 */
export function statusError(response: Response): MillraceError {
  const { status } = response;
  const details = { status };
  if (status < 500 && status !== 408 && status !== 429)
    return new MillraceError("DOWNLOAD_REFUSED", `Cannot download: the server answered ${status}`, { details });
  const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), Date.now());
  return new MillraceError("DOWNLOAD_FAILED", `Cannot download now: the server answered ${status}`, {
    details,
    retryAfterMs,
  });
}

/** Milliseconds to wait, from seconds or an HTTP date (RFC 9110, 10.2.3); nothing when it is neither. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,9}$/u.test(value)) return Number(value) * 1_000;
  const date = value.endsWith("GMT") ? Date.parse(value) : Number.NaN; // Date.parse() alone reads a date in "-5".
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

export function tooManyRedirects(maxRedirects: number): MillraceError {
  return new MillraceError("DOWNLOAD_REFUSED", `Cannot download: it was redirected more than ${maxRedirects} times`, {
    details: { maxRedirects },
  });
}

export function timeoutError(timeoutMs: number): MillraceError {
  return new MillraceError("DOWNLOAD_FAILED", `Cannot download: it took longer than ${timeoutMs} ms`, {
    details: { timeoutMs },
  });
}

/**
 * Gives what `fetch` threw a code. `fetch` wraps everything in `TypeError: fetch failed`, so the cause is what counts:
 * our own refusal of an address, or a network that failed before or within the answer.
 */
export function networkError(thrown: unknown): MillraceError {
  const [root = thrown] = causes(thrown).reverse();
  if (root instanceof MillraceError) return root;
  const code = property(root, "code");
  const reason = typeof code === "string" ? code : "unknown";
  return new MillraceError("DOWNLOAD_FAILED", `Cannot download: the connection failed (${reason})`, {
    details: { reason },
    cause: thrown,
  });
}

/** The thrown value and its chain of causes, outermost first; a coded error is the end of its chain. */
function causes(thrown: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let next = thrown; next !== undefined && !chain.includes(next);) {
    chain.push(next);
    next = next instanceof MillraceError ? undefined : property(next, "cause");
  }
  return chain;
}

function property(value: unknown, name: "cause" | "code"): unknown {
  return typeof value === "object" && value !== null && name in value ? Reflect.get(value, name) : undefined;
}
