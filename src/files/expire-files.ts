import { daysAfter } from "../platform/clock.ts";
import type { Clock } from "../platform/clock.ts";
import { logTo } from "../platform/log.ts";
import type { LogSink } from "../platform/log.ts";
import type { FileStore } from "./file-store.ts";

export interface ExpireFilesDeps {
  readonly files: FileStore;
  readonly clock: Clock;
  /** How long a file is kept after its upload. It belongs to no single job, so no job's end says when it can go. */
  readonly fileDays: number;
}

const PAGE_FILES = 100;

/** Removes files that were uploaded too long ago. Returns how many. @throws MillraceError STORAGE_UNAVAILABLE */
export async function expireFiles({ files, clock, fileDays }: ExpireFilesDeps, sink: LogSink): Promise<number> {
  const before = daysAfter(clock.now(), -fileDays);
  let removed = 0;
  for (;;) {
    const page = await files.listOlder(before, PAGE_FILES);
    for (const file of page) await files.delete(file);
    removed += page.length;
    if (page.length < PAGE_FILES) break;
  }
  if (removed > 0) logTo(sink).info("files expired", { count: removed });
  return removed;
}
