import { MAX_WAIT_SECONDS } from "../contract/list-query.ts";

/**
 * Seconds that `Prefer: wait=N` (RFC 7240, section 4.3) asks to hold the answer for, cut to what we offer. 0 when it
 * does not ask; preferences that mean nothing here are ignored, as the RFC wants.
 */
export function preferredWaitSeconds(header: string | null): number {
  for (const preference of (header ?? "").split(",")) {
    const match = /^\s*wait\s*=\s*"?(\d+)"?\s*(?:;|$)/i.exec(preference);
    if (match) return Math.min(Number(match[1]), MAX_WAIT_SECONDS);
  }
  return 0;
}
