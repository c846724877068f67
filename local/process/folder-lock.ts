import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readErrorCode } from "./error-code.ts";
import { identifyProcess, isSameProcessAlive, type ProcessIdentity } from "./process-identity.ts";

export const LOCK_FILE = "in-use-by.json";

export interface FolderLock {
  /** Gives the folder free, unless somebody else holds it by now. */
  release(): void;
}

/**
 * Claims a folder for this process, so that two services never write the same files. The lock is a file with our pid in it,
 * created exclusively; the lock of a process that is gone is taken over.
 *
 * Throws when a live process holds the folder, naming its pid.
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, LOCK_FILE);
  const content = JSON.stringify(identifyProcess(process.pid));
  for (;;) {
    if (createExclusively(path, content)) break;
    const holder = readText(path);
    if (holder === undefined) continue;
    const { pid, alive } = judge(holder);
    if (alive)
      throw new Error(
        `Cannot use folder "${folder}": process ${pid} is using it. Stop that process, or choose another folder`,
      );
    removeIfStill(path, holder);
  }
  return {
    release: () => {
      if (readText(path) === content) rmSync(path, { force: true });
    },
  };
}

/** Written aside and linked into place, so that nobody ever reads half a lock. */
function createExclusively(path: string, content: string): boolean {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, content);
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if (readErrorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function judge(holder: string): { pid: number; alive: boolean } {
  try {
    const identity = JSON.parse(holder) as ProcessIdentity;
    return { pid: identity.pid, alive: isSameProcessAlive(identity) };
  } catch {
    // Not one of our locks, or one from a disk that was full: nobody can be asked whether it still lives.
    return { pid: 0, alive: false };
  }
}

/**
 * Two processes may judge the same lock stale at once. Each moves aside what it finds; the slower one then holds the
 * faster one's fresh lock in its hands, sees that, and puts it back.
 */
function removeIfStill(path: string, content: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (readErrorCode(error) === "ENOENT") return;
    throw error;
  }
  if (readText(aside) !== content) linkSync(aside, path);
  rmSync(aside, { force: true });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (readErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
