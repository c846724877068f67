import { z } from "zod";

/** Crockford's base 32 in lower case: sorts like the number it spells, safe in URLs, table keys and blob names. */
const RANDOM_PART = "[0-9a-hjkmnp-tv-z]";

const idSchema = (prefix: string, length: number, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_${RANDOM_PART}{${length}}$`), `is not the id of ${what}`)
    .meta({ description: `Opaque id of ${what}.` });

export const jobIdSchema = idSchema("job", 26, "a job");
export const operationIdSchema = idSchema("op", 34, "an operation");
export const deadLetterIdSchema = idSchema("dead", 44, "a dead letter");
export const replayIdSchema = idSchema("replay", 26, "a replay of many dead letters");
export const batchIdSchema = idSchema("batch", 26, "a batch");
export const fileIdSchema = idSchema("file", 26, "an uploaded file");

/** The workspace a caller acts in; part of every storage key, so its alphabet is narrow. */
export const workspaceIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,38}$/);
export const DEFAULT_WORKSPACE = "default";

/** Printable ASCII without spaces, as the draft of the `Idempotency-Key` header wants. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, "is not 1 to 255 printable ASCII characters without spaces");
