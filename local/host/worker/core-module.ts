import Module from "node:module";
import { basename, dirname } from "node:path";
import type { Log } from "../logging/log.ts";
import { Disposable } from "./disposable.ts";
import type { Hook, Hooks } from "./hooks.ts";
import type { FunctionCallback, FunctionMetadata, LogCategory, LogLevel, ProgrammingModel } from "./protocol.ts";
import { asSystemError } from "./system-error.ts";

/** What the host says it is, to libraries that look. Versions of the real worker and host this one was read against. */
const WORKER_VERSION = "3.12.0";
export const HOST_VERSION = "4.1040.300";

export interface RegisteredFunction {
  readonly id: string;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
  readonly scriptFile: string;
  readonly directory: string;
}

/** Everything an app told the core module while it was loaded. */
export interface Core {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly hooks: Hooks;
  /** The module that `require("@azure/functions-core")` answers with. */
  readonly api: Record<string, unknown>;
  model(): ProgrammingModel | undefined;
  /** Names the file being loaded, so that its registrations carry it. */
  enterFile(path: string): void;
  /** Ends start-up: from here on registering and disposing throw. */
  lock(): void;
}

/** Creates the host's side of `@azure/functions-core`: the registry that an app's top-level code fills. */
export function createCore(log: Log, hooks: Hooks): Core {
  const functions = new Map<string, RegisteredFunction>();
  let locked = false;
  let file = "";
  let model: ProgrammingModel | undefined;

  function assertStarting(what: string): void {
    if (locked) throw asSystemError(new Error(`A function can only be ${what} during app startup.`));
  }

  const api = {
    version: WORKER_VERSION,
    hostVersion: HOST_VERSION,
    Disposable,
    registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
      assertStarting("registered");
      const id = metadata.functionId ?? metadata.name;
      if (functions.has(id)) throw asSystemError(new Error(`A function with id "${id}" has already been registered.`));
      const place = { scriptFile: basename(file), directory: dirname(file) };
      functions.set(id, { id, metadata: { ...metadata, functionId: id }, callback, ...place });
      return new Disposable(() => {
        assertStarting("disposed");
        functions.delete(id);
      });
    },
    registerHook: (name: string, hook: Hook) => new Disposable(hooks.add(name, hook)),
    setProgrammingModel(given: ProgrammingModel): void {
      model = given;
    },
    getProgrammingModel: () => model,
    log(level: LogLevel, category: LogCategory, message: string): void {
      log.write({ level, category, message, logger: "Worker" });
    },
  };
  return {
    functions,
    hooks,
    api,
    model: () => model,
    enterFile(path) {
      file = path;
    },
    lock() {
      locked = true;
    },
  };
}

type Load = (this: unknown, request: string, ...rest: unknown[]) => unknown;

/**
 * Makes `require("@azure/functions-core")` answer with the given module, wherever it is called. Must run before anything
 * loads `@azure/functions`, which asks once and falls silently into its test mode when it gets no answer.
 */
export function installCoreModule(api: object): void {
  const loader = Module as unknown as { _load: Load };
  const original = loader._load;
  loader._load = function (request, ...rest) {
    return request === "@azure/functions-core" ? api : original.call(this, request, ...rest);
  };
}
