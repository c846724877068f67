import type { Log } from "../logging/log.ts";
import type { RegisteredFunction } from "./core-module.ts";
import { hookContext } from "./hooks.ts";
import type { Hooks } from "./hooks.ts";
import type { CoreInvocationContext, InvocationRequest, InvocationResponse, ProgrammingModel } from "./protocol.ts";

/** What an invocation needs of the app it belongs to. */
export interface Worker {
  readonly model: ProgrammingModel;
  readonly hooks: Hooks;
  readonly log: Log;
}

export interface InvocationOutcome extends InvocationResponse {
  /** True when the handler (after hooks) returned null or undefined, which HTTP answers with 204. */
  readonly returnedNothing: boolean;
}

/**
 * Runs one invocation in the worker's order: model, arguments, preInvocation hooks, handler, postInvocation hooks,
 * response. Rejects with the error the handler or a hook left behind.
 */
export async function invoke(
  worker: Worker,
  registered: RegisteredFunction,
  request: InvocationRequest,
): Promise<InvocationOutcome> {
  const { hooks, model } = worker;
  const core = createContext(worker, registered, request);
  const invocation = await model.getInvocationModel(core);
  const { context, inputs } = await invocation.getArguments();
  core.userContext = context;
  const shared = { hookData: {}, appHookData: hooks.appHookData, invocationContext: context };

  const before = hookContext(shared, { inputs, functionCallback: registered.callback });
  if (hooks.has("preInvocation")) {
    core.state = "preInvocationHooks";
    await hooks.run("preInvocation", before);
  }

  let result: unknown = null;
  let error: unknown = null;
  core.state = "invocation";
  try {
    result = await invocation.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (thrown) {
    error = thrown;
  }

  if (hooks.has("postInvocation")) {
    core.state = "postInvocationHooks";
    const after = hookContext(shared, { inputs: before.inputs, result, error });
    await hooks.run("postInvocation", after);
    ({ result, error } = after);
  }
  core.state = undefined;
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the app's own value goes on as it is, and what it threw need not be an Error
  if (error !== null && error !== undefined) return Promise.reject(error);
  const response = await invocation.getResponse(context, result);
  return {
    returnValue: response.returnValue ?? null,
    outputData: response.outputData ?? [],
    returnedNothing: result === null || result === undefined,
  };
}

/** Logging stays alive after the invocation ended: a handler may log late, and the library then warns about it. */
function createContext(
  worker: Worker,
  registered: RegisteredFunction,
  request: InvocationRequest,
): CoreInvocationContext & { userContext: unknown } {
  const { invocationId } = request;
  const { metadata } = registered;
  return {
    invocationId,
    request,
    metadata,
    state: undefined,
    userContext: undefined,
    log(level, category, message) {
      const logger = category === "user" ? `Function.${metadata.name}.User` : `Function.${metadata.name}`;
      worker.log.write({ level, category, message, logger, invocationContext: this.userContext });
    },
  };
}
