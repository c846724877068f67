import type { Hub } from "../hub.ts";
import type { FunctionKind } from "../replay/decision.ts";

/** Why a function cannot be called, in the Durable extension's words; undefined when it can. Case does not matter. */
export function explainUnknownFunction(hub: Hub, kind: FunctionKind, name: string): string | undefined {
  const known = hub.functionNames(kind);
  if (known.some((each) => each.toLowerCase() === name.toLowerCase())) return undefined;
  const list = known.map((each) => `'${each}'`).join(", ");
  const others =
    known.length === 0
      ? `No ${kind} functions are currently registered!`
      : `The following are the known ${kind} functions: ${list}.`;
  return `The function '${name}' doesn't exist, is disabled, or is not an ${kind} function. Additional info: ${others}`;
}
