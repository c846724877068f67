import { MillraceError } from "./errors.ts";

/** The part of the SDKs' `RestError` that says what happened. */
interface StorageFailure {
  readonly statusCode?: number;
  readonly code?: string;
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/** Storage had the row, or did not, or it was another version: 404, 409, 412. Says nothing of who did it. */
export function isStatus(thrown: unknown, ...statuses: readonly number[]): boolean {
  return statuses.includes((thrown as StorageFailure | undefined)?.statusCode ?? 0);
}

/**
 * What is left when the caller has handled the answers it expects: storage could not do it now. Its own words stay in
 * the cause, since they hold account names and keys' signatures.
 */
export function storageUnavailable(thrown: unknown): MillraceError {
  if (thrown instanceof MillraceError) return thrown;
  const seconds = Number((thrown as StorageFailure | undefined)?.response?.headers?.get("retry-after"));
  return new MillraceError("STORAGE_UNAVAILABLE", "Storage did not answer as expected; try again", {
    cause: thrown,
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined,
  });
}
