import type { AppFunction } from "../../functions/app-function.ts";
import type { FunctionKind } from "../replay/decision.ts";

/** The app's Durable functions. Their names are looked up without regard to case, as the Durable extension does. */
export interface FunctionIndex {
  add(kind: FunctionKind, fn: AppFunction): void;
  find(kind: FunctionKind, name: string): AppFunction | undefined;
  readonly names: (kind: FunctionKind) => readonly string[];
}

export function createFunctionIndex(): FunctionIndex {
  const functions = new Map<string, AppFunction>();
  const names: Record<FunctionKind, string[]> = { orchestrator: [], activity: [], entity: [] };
  return {
    add(kind, fn) {
      functions.set(keyOf(kind, fn.name), fn);
      names[kind].push(fn.name);
    },
    find: (kind, name) => functions.get(keyOf(kind, name)),
    names: (kind) => names[kind],
  };
}

function keyOf(kind: FunctionKind, name: string): string {
  return `${kind} ${name.toLowerCase()}`;
}
