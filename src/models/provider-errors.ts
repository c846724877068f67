import { APIConnectionError, APIError, APIUserAbortError } from "openai";
import type { ErrorCode } from "../contract/error-codes.ts";
import { MillraceError } from "../platform/errors.ts";

/**
 * What a failed call to the provider means for the job. The provider's own words stay in the cause: they can repeat
 * the prompt or part of a key.
 */
export function toProviderError(thrown: unknown): MillraceError {
  if (thrown instanceof MillraceError) return thrown;
  if (thrown instanceof APIUserAbortError || thrown instanceof APIConnectionError)
    return new MillraceError("PROVIDER_UNAVAILABLE", "The model provider could not be reached", { cause: thrown });
  if (!(thrown instanceof APIError))
    return new MillraceError("UNCLASSIFIED", "The model call failed", { cause: thrown });
  const { status, headers } = thrown as APIError;
  const code = codeOfStatus(status);
  return new MillraceError(code, `The model provider answered with status ${status ?? "unknown"}`, {
    cause: thrown,
    retryAfterMs: code === "PROVIDER_REFUSED" ? undefined : retryAfterMs(headers),
  });
}

function codeOfStatus(status: number | undefined): ErrorCode {
  if (status === 429) return "PROVIDER_THROTTLED";
  if (status === undefined || status === 408 || status === 409 || status >= 500) return "PROVIDER_UNAVAILABLE";
  if (status === 401 || status === 403) return "PROVIDER_UNAUTHORIZED";
  return "PROVIDER_REFUSED";
}

/** `retry-after-ms` is Azure's finer form; `retry-after` is seconds or a date (RFC 9110, 10.2.3). Nonsense counts as nothing. */
function retryAfterMs(headers: Headers | undefined): number | undefined {
  const text = headers?.get("retry-after") ?? "";
  const ms = [numberIn(headers?.get("retry-after-ms")), numberIn(text) * 1000, untilDate(text)];
  return ms.find((candidate) => candidate > 0 && Number.isFinite(candidate));
}

/** An HTTP date ends in GMT; JavaScript would take other texts for dates, too. */
function untilDate(text: string): number {
  return text.endsWith(" GMT") ? Date.parse(text) - Date.now() : Number.NaN;
}

/** Not a number where there is none: an empty header is none, whatever JavaScript says. */
function numberIn(text: string | null | undefined): number {
  return text?.trim() ? Number(text) : Number.NaN;
}
