import { DEFAULT_WORKSPACE, workspaceIdSchema } from "../contract/ids.ts";
import { MillraceError } from "../platform/errors.ts";

/**
 * The workspace a request acts in. Every storage key is made of it, so what belongs to another workspace cannot be
 * told from what does not exist.
 *
 * @param header the value of `x-millrace-workspace`, if it was sent
 * @throws MillraceError INVALID_HEADER
 */
export function workspaceOf(header: string | null): string {
  if (header === null || header === "") return DEFAULT_WORKSPACE;
  const parsed = workspaceIdSchema.safeParse(header);
  if (parsed.success) return parsed.data;
  throw new MillraceError("INVALID_HEADER", "x-millrace-workspace takes 1 to 39 of a-z, 0-9 and -, the first not a -");
}
