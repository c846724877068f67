import { z } from "zod";
import { MillraceError } from "../platform/errors.ts";

/** Printable ASCII, as the draft of the header wants; in quotes or bare. */
export const idempotencyKeySchema = z.string().regex(/^[\x21-\x7e]{1,255}$/);

/** @throws MillraceError INVALID_HEADER */
export function idempotencyKeyOf(header: string | null): string | undefined {
  if (header === null) return undefined;
  const quoted = /^"(.*)"$/.exec(header);
  const parsed = idempotencyKeySchema.safeParse(quoted?.[1] ?? header);
  if (parsed.success) return parsed.data;
  throw new MillraceError("INVALID_HEADER", "Idempotency-Key takes 1 to 255 printable ASCII characters without spaces");
}
