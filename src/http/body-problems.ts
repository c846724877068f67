import type { ErrorCode } from "../contract/error-codes.ts";

/** What any JSON body can be refused with. */
export const BODY_PROBLEMS = [
  "INVALID_JSON",
  "BODY_NOT_OBJECT",
  "BODY_TOO_DEEP",
  "UNKNOWN_FIELD",
  "LENGTH_REQUIRED",
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "VALIDATION_FAILED",
] as const satisfies readonly ErrorCode[];
