import { randomBytes } from "node:crypto";

/** A new name for a running host, in the form of the real host's: 32 hex digits of which the last eight differ. */
export function createInstanceId(): string {
  return randomBytes(4).toString("hex").toUpperCase().padStart(32, "0");
}
