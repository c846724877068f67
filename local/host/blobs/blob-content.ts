import type { Binding, TypedData } from "../worker/protocol.ts";

/** A blob's content as a function is given it: bytes, or text where `dataType` of the binding is "string". */
export function blobContent(bytes: Buffer, { dataType }: Binding): TypedData {
  const isText = typeof dataType === "string" && dataType.toLowerCase() === "string";
  return isText ? { string: new TextDecoder().decode(bytes) } : { bytes };
}
