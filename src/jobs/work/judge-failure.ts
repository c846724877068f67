import type { ErrorCode } from "../../contract/error-codes.ts";
import type { MillraceError } from "../../platform/errors.ts";
import { mayStayUncounted } from "../life/attempt-count.ts";
import type { JobError } from "../life/job.ts";
import { retryDelayMs } from "./retry-delay.ts";

/** How often something was tried, this time included. */
export interface Tries {
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly uncounted?: number | undefined;
}

export type Verdict =
  | { readonly outcome: "giveUp" }
  /** `counted`: whether the try that failed stays in the count. */
  | { readonly outcome: "again"; readonly delayMs: number; readonly counted: boolean };

/**
 * Only what may pass is tried again, and only while tries are left. A provider that says how long to wait has refused
 * the work, not failed at it: that try does not count.
 *
 * @param chance a number from 0 to 1 that spreads retries
 */
export function judgeFailure(tries: Tries, error: MillraceError, chance: number): Verdict {
  const mayPass = error.kind === "transient" || error.kind === "conflict";
  const counted = !(isAskedToWait(error) && mayStayUncounted(tries));
  if (!mayPass || (counted && tries.attempt >= tries.maxAttempts)) return { outcome: "giveUp" };
  return { outcome: "again", counted, delayMs: retryDelayMs(tries.attempt, chance, error.retryAfterMs) };
}

const OF_THE_PROVIDER: ReadonlySet<ErrorCode> = new Set(["PROVIDER_THROTTLED", "PROVIDER_UNAVAILABLE"]);

/** Servers that a payload names may ask as well, but get no tries for it. */
function isAskedToWait({ code, retryAfterMs = 0 }: MillraceError): boolean {
  return OF_THE_PROVIDER.has(code) && retryAfterMs > 0;
}

/** A message can quote what a client sent, and must fit the row: a failure that cannot be written down is none. */
const MAX_MESSAGE_CHARACTERS = 2000;

/** A failure, as rows keep it. */
export function writtenError({ code, message }: MillraceError): JobError {
  return { code, message: message.slice(0, MAX_MESSAGE_CHARACTERS) };
}
