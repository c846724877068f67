import type { FunctionKind, ReplayRules } from "./decision.ts";

/** What knows the app's functions: the rules of a replay, or a hub. */
type App = Pick<ReplayRules, "functionNames">;

/**
 * Why a function cannot be called, in the words of the Durable extension, which people search for; undefined when it can.
 * Case does not matter.
 */
export function explainUnknownFunction({ functionNames }: App, kind: FunctionKind, name: string): string | undefined {
  const names = functionNames(kind);
  if (names.some((each) => each.toLowerCase() === name.toLowerCase())) return undefined;
  const known =
    names.length > 0
      ? `The following are the known ${kind} functions: '${names.join("', '")}'.`
      : `No ${kind} functions are currently registered!`;
  return `The function '${name}' doesn't exist, is disabled, or is not an ${kind} function. Additional info: ${known}`;
}

/** Throws when the app has no function of that kind and name. */
export type RequireFunction = (kind: FunctionKind, name: string) => void;

/** Looks each name up once: an orchestrator calls few functions, and some of them thousands of times. */
export function createRequireFunction(app: App): RequireFunction {
  const found = new Set<string>();
  return (kind, name) => {
    const key = `${kind} ${name}`;
    if (found.has(key)) return;
    const problem = explainUnknownFunction(app, kind, name);
    if (problem !== undefined) throw new Error(problem);
    found.add(key);
  };
}
