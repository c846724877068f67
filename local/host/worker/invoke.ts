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
  readonly shapeResult?: ((result: unknown) => unknown) | undefined;
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

  let call = { inputs, functionCallback: registered.callback };
  if (hooks.has("preInvocation")) {
    core.state = "preInvocationHooks";
    const before = hookContext(shared, call);
    await hooks.run("preInvocation", before);
    call = before;
  }

  let ending: { result: unknown; error: unknown } = { result: null, error: null };
  core.state = "invocation";
  try {
    ending.result = await invocation.invokeFunction(context, call.inputs, call.functionCallback);
  } catch (thrown) {
    ending.error = thrown;
  }

  if (hooks.has("postInvocation")) {
    core.state = "postInvocationHooks";
    const after = hookContext(shared, { inputs: call.inputs, ...ending });
    await hooks.run("postInvocation", after);
    ending = after;
  }
  core.state = undefined;
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the app's own value goes on as it is, and what it threw need not be an Error
  if (isPresent(ending.error)) return Promise.reject(ending.error);
  const result = worker.shapeResult ? worker.shapeResult(ending.result) : ending.result;
  const response = await invocation.getResponse(context, result);
  return {
    returnValue: response.returnValue ?? null,
    outputData: response.outputData ?? [],
    returnedNothing: !isPresent(ending.result),
  };
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
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
