import type { TypedData } from "../../worker/protocol.ts";
import { valueOf } from "../../worker/typed-data.ts";

/**
 * The bytes that the real host writes for a value: text in UTF-8, bytes as they are, objects and lists as JSON in one line;
 * numbers and booleans as .NET lays them out in memory. Undefined when there is nothing to write.
 */
export function blobBytes(data: TypedData): Buffer | undefined {
  const value = valueOf(data);
  if (value === undefined || value === null) return undefined;
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === "string") return Buffer.from(value);
  if (typeof value === "boolean") return Buffer.from([Number(value)]);
  if (typeof value === "number") return numberBytes(value, data);
  return Buffer.from(JSON.stringify(value));
}

/** Whole numbers as the lower 32 bits, others as a double, the lowest byte first. */
function numberBytes(value: number, { double }: TypedData): Buffer {
  const bytes = Buffer.alloc(typeof double === "number" ? 8 : 4);
  if (typeof double === "number") bytes.writeDoubleLE(double);
  else bytes.writeInt32LE(Number(BigInt.asIntN(32, BigInt(value))));
  return bytes;
}
