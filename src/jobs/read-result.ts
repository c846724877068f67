import type { Container } from "../platform/blobs.ts";
import type { DoneJob } from "./life/job.ts";
import { readContent } from "./store/content.ts";
import type { ResultDocument } from "./work/complete.ts";

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
