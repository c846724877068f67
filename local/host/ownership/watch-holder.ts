import { hostname } from "node:os";
import { readClaim } from "./claim-files.ts";
import type { ClaimFile, ClaimHolder } from "./claim-files.ts";

/** Tells whether a claim's holder is still there. Remembers what it saw, so keep one for as long as one waits. */
export interface HolderWatch {
  isAbandoned(claim: ClaimFile): Promise<boolean>;
}

/**
 * A claim is abandoned when it was released, when its process is gone from this machine, or when it was not renewed for
 * the time it says. That time is measured here, from one look to the next, so that clocks which jump or differ do no harm.
 */
export function watchHolder(): HolderWatch {
  let seen: { path: string; renewedAt: number; since: number } | undefined;
  return {
    async isAbandoned(claim) {
      const found = await readClaim(claim);
      if (!found) return false; // a successor is at work
      const { holder, renewedAt } = found;
      if (holder.isReleased === true || isGone(holder)) return true;
      const now = performance.now();
      if (seen?.path !== claim.path || seen.renewedAt !== renewedAt) seen = { path: claim.path, renewedAt, since: now };
      return now - seen.since > holder.leaseMs;
    },
  };
}

/** Whether we know that the process has ended; of another machine or container we know nothing. */
function isGone(holder: ClaimHolder): boolean {
  if (holder.hostname !== hostname()) return false;
  if (holder.pid === process.pid) return true; // an earlier process of our number: we hold nothing while we look
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
