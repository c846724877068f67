import { MillraceError } from "./errors.ts";

/** The part of the SDKs' `RestError` that says what happened. */
interface StorageFailure {
  readonly statusCode?: number;
  readonly code?: string;
  readonly details?: { readonly errorCode?: string; readonly odataError?: { readonly code?: string } };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/** With these codes, 404 and 409 speak of the whole table or container, and say nothing of what was asked for in it. */
const OF_THE_WHOLE = new Set(["TableNotFound", "TableBeingDeleted", "ContainerNotFound", "ContainerBeingDeleted"]);

/** Storage had the row or blob, or did not, or it was another version: 404, 409, 412. Says nothing of who did it. */
export function isStatus(thrown: unknown, ...statuses: readonly number[]): boolean {
  const { statusCode = 0, code, details } = (thrown ?? {}) as StorageFailure;
  // Each SDK has its own place for the service's word: the error itself, a header's echo, the body of a table's answer.
  const word = code ?? details?.errorCode ?? details?.odataError?.code ?? "";
  return statuses.includes(statusCode) && !OF_THE_WHOLE.has(word);
}

/** Nobody knows whether it was done: the answer was lost, or the service failed at some moment of the deed. */
export function isAmbiguous(thrown: unknown): boolean {
  const { statusCode = 0 } = (thrown ?? {}) as StorageFailure;
  return statusCode === 0 || statusCode === 408 || statusCode >= 500;
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
