import { setTimeout as delay } from "node:timers/promises";
import { hasCode } from "../../platform/errors.ts";

/** Between two tries of a write that much work hangs on; each has the SDK's own tries in it. */
const AGAIN_AFTER_MS = 1000;

export interface Insistence {
  /** For how long, on the clock of `performance.now()`. */
  readonly before: number;
  /** Fires when the write has become pointless. */
  readonly lost: AbortSignal;
}

/**
 * Tries a write again while storage cannot do it.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE when the time is over; whatever else the write throws, at once; the signal's
 * reason
 */
export async function insistOn<Result>(write: () => Promise<Result>, { before, lost }: Insistence): Promise<Result> {
  for (;;) {
    lost.throwIfAborted();
    try {
      return await write();
    } catch (thrown) {
      const mayPass = hasCode(thrown, "STORAGE_UNAVAILABLE");
      if (!mayPass || performance.now() + AGAIN_AFTER_MS > before) throw thrown;
    }
    await delay(AGAIN_AFTER_MS);
  }
}
