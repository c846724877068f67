import { idempotencyKeySchema } from "../contract/ids.ts";
import { MillraceError } from "../platform/errors.ts";

/**
 * The key that the header holds, in quotes or bare.
 *
 * @throws MillraceError INVALID_HEADER
 */
export function idempotencyKeyOf(header: string | null): string | undefined {
  if (header === null) return undefined;
  const quoted = /^"(.*)"$/.exec(header);
  const parsed = idempotencyKeySchema.safeParse(quoted?.[1] ?? header);
  if (parsed.success) return parsed.data;
  throw new MillraceError("INVALID_HEADER", "Idempotency-Key takes 1 to 255 printable ASCII characters without spaces");
}
