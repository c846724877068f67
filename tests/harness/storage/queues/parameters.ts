import { StorageFault } from "../wire.ts";

/** No message is hidden for longer. */
const SEVEN_DAYS = 7 * 24 * 3600;

/** @throws StorageFault 400 as the service answers: not a number, missing where it must be, out of its range */
export function secondsFrom(
  query: URLSearchParams,
  name: string,
  { least, byDefault }: { readonly least: number; readonly byDefault?: number },
): number {
  const text = query.get(name);
  if (text !== null) return countBetween(text, least, SEVEN_DAYS);
  if (byDefault === undefined) throw new StorageFault(400, "MissingRequiredQueryParameter");
  return byDefault;
}

export function countBetween(text: string, least: number, most: number): number {
  if (!/^-?\d+$/.test(text)) throw new StorageFault(400, "InvalidQueryParameterValue");
  const count = Number(text);
  if (count < least || count > most) throw new StorageFault(400, "OutOfRangeQueryParameterValue");
  return count;
}
