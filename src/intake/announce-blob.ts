import type { BlobNotice } from "../contract/intake-message.ts";
import type { Queue } from "../platform/queues.ts";

/**
 * The function behind the blob trigger: passes on that there is a blob. The rest is done where the notice is read, since the
 * host gives up on a blob after five tries at once, and hands out its bytes whatever their size.
 *
 * @param path `{container}/{name}`, as the trigger tells it
 * @throws MillraceError STORAGE_UNAVAILABLE: then the host tries again
 */
export async function announceBlob(queue: Queue, path: string): Promise<void> {
  const notice: BlobNotice = { blob: path.slice(path.indexOf("/") + 1) };
  await queue.put(JSON.stringify(notice));
}
