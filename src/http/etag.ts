import type { Job } from "../jobs/job.ts";

/** A job's representation changes with its version and with nothing else. */
export function etagOf({ operationId, version }: Pick<Job, "operationId" | "version">): string {
  return `"${operationId.slice(-8)}.${version}"`;
}

/** Whether an `If-None-Match` header names this etag (RFC 9110, section 13.1.2: weak comparison). */
export function noneMatch(header: string | null, etag: string): boolean {
  if (!header) return true;
  const tags = header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return !tags.includes("*") && !tags.includes(etag);
}

/** Whether an `If-Match` header names this etag, or any (RFC 9110, section 13.1.1: strong comparison). */
export function isMatch(header: string, etag: string): boolean {
  const tags = header.split(",").map((tag) => tag.trim());
  return tags.includes("*") || tags.includes(etag);
}
