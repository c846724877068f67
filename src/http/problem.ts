import { ERROR_CODES } from "../contract/error-codes.ts";
import type { ErrorCode, ErrorCodeEntry } from "../contract/error-codes.ts";
import { PROBLEM_MEDIA_TYPE, fieldErrorSchema, problemType } from "../contract/problem.ts";
import type { Problem } from "../contract/problem.ts";
import { MillraceError } from "../platform/errors.ts";
import type { Reply } from "./route.ts";

/** The HTTP status of a code that answers a request; 500 for one that none should. */
export function statusOf(code: ErrorCode): number {
  const entry: ErrorCodeEntry = ERROR_CODES[code];
  return entry.status ?? 500;
}

/** Seconds after which a call that met a passing trouble is worth repeating, when nobody said better. */
const DEFAULT_RETRY_SECONDS = 2;

/**
 * The answer to a request that failed. What nobody foresaw is told as INTERNAL and nothing more: its text could hold
 * anything.
 */
export function toProblemReply(thrown: unknown, traceId: string): Reply {
  const foreseen = thrown instanceof MillraceError && statusOf(thrown.code) !== 500;
  const error = foreseen ? thrown : new MillraceError("INTERNAL", "The request could not be served; try again");
  const status = statusOf(error.code);
  const problem: Problem = {
    type: problemType(error.code),
    title: ERROR_CODES[error.code].title,
    status,
    detail: error.message,
    code: error.code,
    trace_id: traceId,
    ...fieldErrors(error),
  };
  const retryAfter = Math.ceil((error.retryAfterMs ?? DEFAULT_RETRY_SECONDS * 1000) / 1000);
  const mayPass = error.kind === "transient" || error.code === "JOB_NOT_TERMINAL" || error.code === "UNDO_PENDING";
  return {
    status,
    headers: { "content-type": PROBLEM_MEDIA_TYPE, ...(mayPass && { "retry-after": String(retryAfter) }) },
    text: JSON.stringify(problem),
  };
}

function fieldErrors(error: MillraceError): Pick<Problem, "errors"> {
  const parsed = fieldErrorSchema.array().safeParse(error.details["errors"]);
  return parsed.success ? { errors: parsed.data } : {};
}
