import { createHash } from "node:crypto";

/** The Durable extension's own namespace. Source: its GuidManager, and the SDK's. */
const NAMESPACE = Buffer.from("9e9529585e334daf827f2fa12937b875", "hex");

/** A name-based GUID (RFC 9562, version 5): the same name always gives the same. */
export function guidOf(name: string): string {
  const bytes = createHash("sha1").update(NAMESPACE).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
