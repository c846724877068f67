import { ERROR_CODES } from "../contract/error-codes.ts";
import type { ErrorCode, ErrorKind } from "../contract/error-codes.ts";

export interface MillraceErrorOptions {
  /** JSON facts about this case. Never a secret, a queue name or a file path: they can reach a client. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * The one error class above the edge. Its identity is `code`; `kind` says what a caller can do about it.
 * The message is safe to show to the client who sent the request.
 */
export class MillraceError extends Error {
  override readonly name = "MillraceError";
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: MillraceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }

  get kind(): ErrorKind {
    return ERROR_CODES[this.code].kind;
  }
}

/** Whether this is the failure that the caller expects and knows what to do about. */
export function hasCode(thrown: unknown, code: ErrorCode): boolean {
  return thrown instanceof MillraceError && thrown.code === code;
}

/**
 * Gives any thrown value a code. What nobody classified becomes `UNCLASSIFIED`, which is transient with the cap on
 * attempts; its text is kept as the cause only, since an unknown message can hold anything.
 */
export function toMillraceError(thrown: unknown): MillraceError {
  if (thrown instanceof MillraceError) return thrown;
  return new MillraceError("UNCLASSIFIED", "The job met an unexpected failure", { cause: thrown });
}

/** A broken invariant of our own: loud, never retried by our loops, found in the source by its fixed id. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";

  constructor(id: string, message: string) {
    super(`${message} <${id}>`);
  }
}
