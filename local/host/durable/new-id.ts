import { randomUUID } from "node:crypto";

/** A new id of an instance or execution, in the form of the Durable Task framework: 32 hex digits. */
export function newId(): string {
  return randomUUID().replaceAll("-", "");
}
