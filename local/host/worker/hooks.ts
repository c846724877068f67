import { asSystemError } from "./system-error.ts";

const HOOK_NAMES = ["appStart", "appTerminate", "preInvocation", "postInvocation", "log"] as const;
type HookName = (typeof HOOK_NAMES)[number];
export type Hook = (context: Record<string, unknown>) => unknown;

/** The hooks an app registered, and the data they share: one object for the whole app, one for its app-level hooks. */
export interface Hooks {
  readonly appHookData: Record<string, unknown>;
  readonly appLevelHookData: Record<string, unknown>;
  has(name: HookName): boolean;
  /** Registers and returns the undo. An unknown name throws the RangeError that the library turns into an explanation. */
  add(name: string, hook: Hook): () => void;
  /** Runs the hooks of a name one after the other; the first to throw ends it. */
  run(name: Exclude<HookName, "log">, context: Record<string, unknown>): Promise<void>;
  /** Runs the log hooks, which are synchronous. One that throws is skipped, because logging must never fail a function. */
  runLog(context: Record<string, unknown>): void;
}

export function createHooks(): Hooks {
  const hooks = new Map<string, Hook[]>(HOOK_NAMES.map((name) => [name, []]));
  const registered = (name: HookName): readonly Hook[] => hooks.get(name) ?? [];
  return {
    appHookData: {},
    appLevelHookData: {},
    has: (name) => registered(name).length > 0,
    add(name, hook) {
      const list = hooks.get(name);
      if (!list) throw asSystemError(new RangeError(`Unrecognized hook "${name}"`));
      list.push(hook);
      return () => {
        const index = list.indexOf(hook);
        if (index >= 0) list.splice(index, 1);
      };
    },
    async run(name, context) {
      for (const hook of [...registered(name)]) await hook(context);
    },
    runLog(context) {
      for (const hook of registered("log")) {
        try {
          hook(context);
        } catch {
          // A log hook that fails loses its own change only: there is nowhere left to log to.
        }
      }
    },
  };
}

/** Builds a hook context: `fixed` properties throw when a hook assigns to them, `open` ones may be replaced. */
export function hookContext<Open extends Record<string, unknown>>(
  fixed: Record<string, unknown>,
  open: Open,
): Record<string, unknown> & Open {
  const context = { ...open };
  for (const [name, value] of Object.entries(fixed))
    Object.defineProperty(context, name, {
      enumerable: true,
      get: () => value,
      set() {
        throw asSystemError(new Error(`Cannot assign to read-only property '${name}' of the hook context`));
      },
    });
  return context;
}
