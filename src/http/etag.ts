import type { Job } from "../jobs/job.ts";
import { waitCode } from "../jobs/wait-reason.ts";

/**
 * Names the state that a job is in: its version, and why it waits, which the passing of time can change as well. It is
 * weak (RFC 9110, section 8.8.1), since estimates may differ between two answers that say the same.
 */
export function etagOf(job: Job, now: Date): string {
  const state = [job.operationId.slice(-8), job.version, waitCode(job, now)];
  return `W/"${state.filter((part) => part !== undefined).join(".")}"`;
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
