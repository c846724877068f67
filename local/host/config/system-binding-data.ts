import { randomUUID } from "node:crypto";
import { formatDateTime } from "./date-time-format.ts";

/** A value that is made when an expression asks for it, in the format that may follow its name after a colon. */
export type MadeValue = (format: string | undefined) => string;

/** ISO 8601 without colons, which a blob's path may not hold. */
const DEFAULT_DATE_FORMAT = "yyyy-MM-ddTHH-mm-ssK";

export const utcNow: MadeValue = (format) => formatDateTime(new Date(), format || DEFAULT_DATE_FORMAT);

/** .NET's formats of a Guid: N without dashes, D as it is, B in braces, P in parentheses. */
export const randGuid: MadeValue = (format) => {
  const id = randomUUID();
  const shapes: Readonly<Record<string, string>> = {
    D: id,
    N: id.replaceAll("-", ""),
    B: `{${id}}`,
    P: `(${id})`,
  };
  const shape = shapes[(format || "D").toUpperCase()];
  if (shape === undefined) throw new Error(`The format of a GUID is N, D, B or P, found '${format ?? ""}'`);
  return shape;
};

/** What `{sys.…}` may name in the settings of a function's bindings. */
export function systemBindingData(functionName: string): Readonly<Record<string, string | MadeValue>> {
  return { MethodName: functionName, UtcNow: utcNow, RandGuid: randGuid };
}
