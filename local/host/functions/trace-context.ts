import { randomUUID } from "node:crypto";
import type { InvocationRequest } from "../worker/protocol.ts";

const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

/** Continues the caller's W3C trace with a span of our own, or begins a new one (not sampled, because nothing records it). */
export function traceContext(traceParent?: string, traceState?: string): InvocationRequest["traceContext"] {
  const caller = traceParent === undefined ? null : TRACE_PARENT.exec(traceParent);
  const traceId = caller?.[1] ?? hex(32);
  const flags = caller?.[2] ?? "00";
  return {
    traceParent: `00-${traceId}-${hex(16)}-${flags}`,
    traceState: caller ? (traceState ?? "") : "",
    attributes: {},
  };
}

/** randomUUID() draws from a pool and is several times cheaper than randomBytes(). */
function hex(length: 16 | 32): string {
  return randomUUID().replaceAll("-", "").slice(0, length);
}
