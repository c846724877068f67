import type { WaitCode } from "../contract/wait-codes.ts";
import type { Job } from "../jobs/life/job.ts";

/**
 * Names the state that a job is in: its version, and why it waits, which the passing of time can change as well. It is
 * weak (RFC 9110, section 8.8.1), since estimates may differ between two answers that say the same.
 */
export function etagOf({ operationId, version }: Job, code: WaitCode | undefined): string {
  return `W/"${operationId.slice(-8)}.${version}${code ? `.${code}` : ""}"`;
}

/** Whether an `If-None-Match` header names this etag (RFC 9110, section 13.1.2: weak comparison). */
export function noneMatch(header: string | null, etag: string): boolean {
  if (!header) return true;
  const tags = header.split(",").map(opaque);
  return !tags.includes("*") && !tags.includes(opaque(etag));
}

function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, "");
}

/** Whether an `If-Match` header names this etag, or any (RFC 9110, section 13.1.1: strong comparison). */
export function isMatch(header: string, etag: string): boolean {
  const tags = header.split(",").map((tag) => tag.trim());
  return tags.includes("*") || tags.includes(etag);
}
