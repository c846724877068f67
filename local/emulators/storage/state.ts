import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { LOCK_FILE, lockFolder, type FolderLock } from "../../process/folder-lock.ts";
import { LOCK_PATIENCE_MS } from "./limits.ts";

/**
 * Claims the data folder for this process, waiting a moment for a predecessor that is still saving.
 * With `fresh`, removes everything that was stored.
 *
 * Throws when another live process keeps the folder.
 */
export async function openDataFolder({ folder, fresh }: { folder: string; fresh: boolean }): Promise<FolderLock> {
  const lock = await lockPatiently(folder, Date.now() + LOCK_PATIENCE_MS);
  // The lock, and those that rivals are just writing beside it, are no data.
  const stored = fresh ? readdirSync(folder).filter((name) => !name.startsWith(LOCK_FILE)) : [];
  for (const name of stored) rmSync(join(folder, name), { recursive: true });
  return lock;
}

async function lockPatiently(folder: string, deadline: number): Promise<FolderLock> {
  for (;;) {
    try {
      return lockFolder(folder);
    } catch (error) {
      if (Date.now() >= deadline) throw error;
      await delay(50);
    }
  }
}
