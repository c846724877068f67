import { readFileSync } from "node:fs";
import { readErrorCode } from "./error-code.ts";

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own count; absent where the system has no /proc. */
  readonly startedAt?: string;
}

export function identifyProcess(pid: number): ProcessIdentity {
  const startedAt = readStat(pid)?.startedAt;
  return startedAt === undefined ? { pid } : { pid, startedAt };
}

/**
 * Says whether that very process still runs. In a container every restart deals out the same few pids, so a live pid
 * alone proves nothing where the start time is known; and a zombie holds a pid but does nothing any more.
 */
export function isSameProcessAlive({ pid, startedAt }: ProcessIdentity): boolean {
  const stat = readStat(pid);
  if (!stat) return hasPid(pid);
  return stat.state !== "Z" && (startedAt === undefined || startedAt === stat.startedAt);
}

function hasPid(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return readErrorCode(error) === "EPERM";
  }
}

/** Fields 3 and 22 of /proc/PID/stat, counted after the command name, which may itself hold spaces and brackets (proc(5)). */
function readStat(pid: number): { state: string; startedAt: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", startedAt: fields[19] ?? "" };
  } catch {
    // No such process, or a system without /proc: the caller asks the system in the portable way.
    return undefined;
  }
}
