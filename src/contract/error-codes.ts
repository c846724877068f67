/**
 * What a caller can do about a failure.
 *
 * - `transient`: the same call may succeed later; retry with backoff, up to a cap.
 * - `permanent`: the same call will never succeed; stop.
 * - `cancelled`: somebody asked us to stop; unwind.
 * - `conflict`: the world changed under us; reload and decide again.
 */
export type ErrorKind = "transient" | "permanent" | "cancelled" | "conflict";

export interface ErrorCodeEntry {
  readonly kind: ErrorKind;
  /** Constant, human, says nothing of the single case. */
  readonly title: string;
  /** The HTTP status where a request is answered with this code; absent for codes that only a job's `error` carries. */
  readonly status?: number;
}

/**
 * The one table of error codes. A code is the identity of a failure: it survives queues, rows and the wire, and is
 * never reused for another meaning. `docs/errors.md` lists the same codes, and a test holds the two together.
 */
export const ERROR_CODES = {
  // The request could not be understood.
  INVALID_JSON: { kind: "permanent", title: "The body is not valid JSON", status: 400 },
  BODY_NOT_OBJECT: { kind: "permanent", title: "The body is not a JSON object", status: 400 },
  BODY_TOO_DEEP: { kind: "permanent", title: "The body is nested too deeply", status: 400 },
  BODY_EMPTY: { kind: "permanent", title: "The body is empty", status: 400 },
  UNKNOWN_FIELD: { kind: "permanent", title: "The body has a field that does not exist", status: 400 },
  UNKNOWN_QUERY_PARAMETER: { kind: "permanent", title: "The query has a parameter that does not exist", status: 400 },
  INVALID_QUERY: { kind: "permanent", title: "A query parameter has a value that is not allowed", status: 400 },
  INVALID_HEADER: { kind: "permanent", title: "A header has a value that is not allowed", status: 400 },
  UNSUPPORTED_MEDIA_TYPE: { kind: "permanent", title: "The media type is not accepted here", status: 415 },
  LENGTH_REQUIRED: { kind: "permanent", title: "The body came without its length", status: 411 },
  PRECONDITION_REQUIRED: { kind: "permanent", title: "The change does not say what it is based on", status: 428 },
  PAYLOAD_TOO_LARGE: { kind: "permanent", title: "The body is too large", status: 413 },

  // The request was understood and refused.
  VALIDATION_FAILED: { kind: "permanent", title: "The request does not fit its schema", status: 422 },
  IDEMPOTENCY_MISMATCH: {
    kind: "permanent",
    title: "The idempotency key was used for another request",
    status: 422,
  },
  UNKNOWN_JOB_TYPE: { kind: "permanent", title: "There is no such job type", status: 404 },
  NOT_FOUND: { kind: "permanent", title: "There is nothing here", status: 404 },
  JOB_NOT_FOUND: { kind: "permanent", title: "There is no such job", status: 404 },
  FILE_NOT_FOUND: { kind: "permanent", title: "There is no such file", status: 404 },
  FILE_TYPE_MISMATCH: { kind: "permanent", title: "The file is not what its media type says", status: 415 },
  GONE: { kind: "permanent", title: "It was kept as long as promised, and is gone", status: 410 },
  OPERATION_SUPERSEDED: { kind: "conflict", title: "Another operation of the job is current", status: 409 },
  JOB_ALREADY_ENDED: { kind: "conflict", title: "The job has ended already", status: 409 },
  JOB_NOT_TERMINAL: { kind: "conflict", title: "The job has not ended yet", status: 409 },
  UNDO_PENDING: { kind: "conflict", title: "What the job has done is being taken back", status: 409 },
  JOB_FAILED: { kind: "permanent", title: "The job failed and has no result", status: 409 },
  JOB_CANCELLED: { kind: "cancelled", title: "The job was cancelled", status: 409 },
  JOB_NOT_WAITING: { kind: "conflict", title: "The job does not wait for this", status: 409 },
  SELF_APPROVAL: { kind: "permanent", title: "Who submitted a job may not decide on it", status: 403 },
  VOTER_UNKNOWN: { kind: "permanent", title: "The decision needs the name of who decides", status: 403 },
  ALREADY_VOTED: { kind: "permanent", title: "A vote that was cast stands", status: 409 },
  DEAD_LETTER_RESOLVED: { kind: "conflict", title: "The dead letter is not open any more", status: 409 },
  PRECONDITION_FAILED: { kind: "conflict", title: "The resource is not as the change expects it", status: 412 },
  DUPLICATE_KEY: { kind: "permanent", title: "Two items of the batch have the same key", status: 422 },
  UNKNOWN_DEPENDENCY: { kind: "permanent", title: "An item depends on what is not in the batch", status: 422 },
  DEPENDENCY_CYCLE: { kind: "permanent", title: "Items of the batch wait for each other", status: 422 },
  GRAPH_TOO_LARGE: { kind: "permanent", title: "The batch has too many items or dependencies", status: 413 },
  BATCH_NOT_FOUND: { kind: "permanent", title: "There is no such batch", status: 404 },
  BATCH_ALREADY_ENDED: { kind: "conflict", title: "The batch has ended already", status: 409 },
  ITEM_NOT_ENDED: {
    kind: "conflict",
    title: "The item, or the batch around it, is not ready to run again",
    status: 409,
  },
  SCHEDULE_EXISTS: { kind: "permanent", title: "There is a schedule of this name", status: 409 },
  SEQUENCE_TAKEN: { kind: "permanent", title: "Another job has this place in the sequence", status: 409 },
  VERSION_CONFLICT: { kind: "conflict", title: "The resource was changed by somebody else", status: 409 },

  // The service could not do it now.
  STORAGE_UNAVAILABLE: { kind: "transient", title: "Storage did not answer", status: 503 },
  INTERNAL: { kind: "transient", title: "Something went wrong on our side", status: 500 },

  // A job's own failures.
  UNCLASSIFIED: { kind: "transient", title: "A failure that nobody has classified yet" },
  STEP_TIMEOUT: { kind: "transient", title: "A step took longer than it may" },
  ATTEMPTS_EXHAUSTED: { kind: "permanent", title: "Every allowed attempt was used" },
  WORKER_LOST: { kind: "transient", title: "The worker gave no sign of life" },
  LEASE_LOST: { kind: "conflict", title: "Another worker holds this job now" },
  EXPIRED: { kind: "permanent", title: "The job was not started in time" },
  OCCURRENCE_MISSED: { kind: "permanent", title: "A time of a schedule passed without its job" },
  ENVELOPE_INVALID: { kind: "permanent", title: "The message is none that a worker can read" },
  JOB_UNREADABLE: { kind: "permanent", title: "The row of the message's job cannot be read" },
  SEQUENCE_GAP: { kind: "permanent", title: "A place in the job's sequence stayed empty for too long" },
  OUTPUT_INVALID: { kind: "permanent", title: "The output of a step is not a JSON value" },
  COMPENSATION_IMPOSSIBLE: { kind: "permanent", title: "What a step has done cannot be taken back" },
  APPROVAL_REJECTED: { kind: "permanent", title: "Whoever was to approve rejected" },
  APPROVAL_TIMED_OUT: { kind: "permanent", title: "Nobody decided in time" },
  DEADLINE_PASSED: { kind: "permanent", title: "What a step waited for did not come in time" },
  EXTERNAL_WORKER_UNKNOWN: { kind: "permanent", title: "There is no such external worker" },
  EXTERNAL_WORKER_UNAVAILABLE: { kind: "transient", title: "The external worker did not answer" },
  EXTERNAL_WORKER_REFUSED: { kind: "permanent", title: "The external worker refused the call" },
  EXTERNAL_WORKER_FAILED: { kind: "permanent", title: "The external worker says that it failed" },
  EXTERNAL_ANSWER_INVALID: { kind: "permanent", title: "The external worker's answer is not as it must be" },
  RESULT_INVALID: { kind: "permanent", title: "The result does not fit the profile's schema" },
  ANSWER_INVALID: { kind: "permanent", title: "The model's answer does not fit the schema that it was given" },
  PDF_INVALID: { kind: "permanent", title: "The file is not a readable PDF" },
  PDF_ENCRYPTED: { kind: "permanent", title: "The PDF is protected by a password" },
  PDF_NO_TEXT: { kind: "permanent", title: "The PDF has no text layer" },
  PAGES_NOT_FOUND: { kind: "permanent", title: "The document has no such pages" },
  PDF_TOO_COMPLEX: { kind: "permanent", title: "The PDF needs more memory, time or pages than allowed" },
  URL_FORBIDDEN: { kind: "permanent", title: "The address is not a public one" },
  DOWNLOAD_FAILED: { kind: "transient", title: "The address could not be read" },
  DOWNLOAD_REFUSED: { kind: "permanent", title: "The address answered with a refusal" },
  DOWNLOAD_TOO_LARGE: { kind: "permanent", title: "The address holds more than is allowed" },
  DOWNLOAD_TYPE_MISMATCH: { kind: "permanent", title: "The address holds something else than was expected" },
  IMAGE_INVALID: { kind: "permanent", title: "The file is not a readable image" },
  PROVIDER_THROTTLED: { kind: "transient", title: "The model provider asked us to slow down" },
  PROVIDER_UNAVAILABLE: { kind: "transient", title: "The model provider did not answer" },
  PROVIDER_UNAUTHORIZED: { kind: "permanent", title: "The model provider refused our credentials" },
  PROVIDER_REFUSED: { kind: "permanent", title: "The model provider refused the request" },
} as const satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;
