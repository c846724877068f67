import { readClaim } from "./claim-files.ts";
import type { ClaimFile } from "./claim-files.ts";
import { isGone } from "./claim-holder.ts";

/** Tells whether a claim's holder is still there. Remembers what it saw, so keep one for as long as one waits. */
export interface HolderWatch {
  isAbandoned(claim: ClaimFile): Promise<boolean>;
}

interface Sight {
  readonly path: string;
  readonly renewedAt: number;
  readonly since: number;
  readonly lastLook: number;
}

/**
 * A claim is abandoned when it was released, when its process is gone from this machine, or when it was not renewed for
 * the time it says (`otherwiseMs` when it cannot be read). That time is measured here, from one look to the next, so that
 * clocks which jump or differ do no harm.
 */
export function watchHolder(otherwiseMs: number): HolderWatch {
  let sight: Sight | undefined;
  return {
    async isAbandoned(claim) {
      const found = await readClaim(claim);
      if (!found) return false; // a successor is at work
      const { holder, renewedAt } = found;
      if (holder && (holder.isReleased === true || isGone(holder))) return true;
      const leaseMs = holder?.leaseMs ?? otherwiseMs;
      const now = performance.now();
      // Whoever has not looked for so long was stopped itself, perhaps with the whole machine and the holder.
      const goesOn =
        sight?.path === claim.path && sight.renewedAt === renewedAt && now - sight.lastLook < leaseMs * 0.75;
      const since = sight && goesOn ? sight.since : now;
      sight = { path: claim.path, renewedAt, since, lastLook: now };
      return now - since > leaseMs;
    },
  };
}
