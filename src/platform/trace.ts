import { randomBytes } from "node:crypto";

/** W3C Trace Context, level 1: version 00, trace id, parent id, flags. All-zero ids are invalid. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's trace context if it sent a valid one, else a new one: a bad header is ignored, as the standard asks. */
export function acceptTraceparent(header: string | null | undefined): string {
  return header && TRACEPARENT.test(header) ? header : `00-${hex(16)}-${hex(8)}-01`;
}

/** The 32 hex digits that tie everything of one request together. */
export function traceIdOf(traceparent: string): string {
  return TRACEPARENT.exec(traceparent)?.[1] ?? "";
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
