import type { Container } from "../platform/blobs.ts";
import type { ResultDocument } from "./complete.ts";
import { readContent } from "./content.ts";
import type { DoneJob } from "./job.ts";

/**
 * What the job's last step returned: from the row if it is small, from its document if not.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE
 */
export async function readResult(
  { content }: { readonly content: Container },
  { result }: DoneJob,
): Promise<Readonly<Record<string, unknown>>> {
  const stored = await readContent(content, result);
  return ("blob" in result ? (stored as ResultDocument).result : stored) as Readonly<Record<string, unknown>>;
}
