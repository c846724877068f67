import type { FunctionKind, ReplayRules } from "./decision.ts";

/** Throws when the app has no function of that kind and name. */
export type RequireFunction = (kind: FunctionKind, name: string) => void;

/** Asks for the names of a kind once, when the first is called. */
export function createRequireFunction({ functionNames }: ReplayRules): RequireFunction {
  const known = new Map<FunctionKind, ReadonlySet<string>>();
  return (kind, name) => {
    let names = known.get(kind);
    if (names === undefined) {
      names = new Set(functionNames(kind).map((functionName) => functionName.toLowerCase()));
      known.set(kind, names);
    }
    if (!names.has(name.toLowerCase())) throw new Error(unknownFunction(kind, name, functionNames(kind)));
  };
}

/** In the words of the Durable extension, which people search for. */
function unknownFunction(kind: FunctionKind, name: string, names: readonly string[]): string {
  const known =
    names.length > 0
      ? `The following are the known ${kind} functions: '${names.join("', '")}'.`
      : `No ${kind} functions are currently registered!`;
  return `The function '${name}' doesn't exist, is disabled, or is not an ${kind} function. Additional info: ${known}`;
}
