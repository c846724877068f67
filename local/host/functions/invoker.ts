import { randomUUID } from "node:crypto";
import type { BindingData } from "../config/expressions.ts";
import { systemBindingData } from "../config/system-binding-data.ts";
import { describeError } from "../logging/describe-error.ts";
import type { Log } from "../logging/log.ts";
import { invoke } from "../worker/invoke.ts";
import type { InvocationOutcome, Worker } from "../worker/invoke.ts";
import type { InvocationRequest, RetryContext, TypedData } from "../worker/protocol.ts";
import type { AppFunction } from "./app-function.ts";
import { deadline } from "./deadline.ts";
import { traceContext } from "./trace-context.ts";
import { writeOutputs } from "./write-outputs.ts";

/** What a trigger starts an invocation with. */
export interface TriggerInput {
  readonly data: TypedData;
  readonly reason: string;
  readonly metadata?: Record<string, TypedData>;
  readonly invocationId?: string;
  /** W3C headers of the request that caused it; a new trace is begun without them. */
  readonly traceParent?: string | undefined;
  readonly traceState?: string | undefined;
  readonly retryContext?: RetryContext | undefined;
  /** Sees what the handler and the hooks have returned, before the library converts it. */
  readonly shapeResult?: Worker["shapeResult"];
  /** What the log says of a failure; the error with its stack otherwise. */
  readonly describeFailure?: (error: unknown) => string;
  /** The values that `{…}` in output settings may name. Asked for only when there are some. */
  readonly bindingData?: BindingData;
}

export interface Invoker {
  /** Reads the inputs, runs the function once and writes its outputs. Rejects when one failed or functionTimeout passed; all are logged. */
  readonly run: (fn: AppFunction, input: TriggerInput) => Promise<InvocationOutcome>;
  readonly runningCount: () => number;
  /** Resolves when no invocation is running. */
  readonly idle: () => Promise<void>;
}

export function createInvoker(worker: Worker, functionTimeoutMs: number | undefined): Invoker {
  const { log } = worker;
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    runningCount: () => running,
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    async run(fn, input) {
      const invocationId = input.invocationId ?? randomUUID();
      const startedAt = performance.now();
      const limit = deadline(functionTimeoutMs, fn.name);
      running += 1;
      try {
        logExecuting(log, fn, { reason: input.reason, invocationId });
        const bindingData = () => ({ sys: systemBindingData(fn.name), ...input.bindingData?.() });
        const request = await buildRequest(fn, { ...input, bindingData }, invocationId);
        const outcome = await limit.race(invoke({ ...worker, shapeResult: input.shapeResult }, fn.registered, request));
        if (fn.outputs.length > 0) await writeOutputs(fn, outcome, bindingData);
        logExecuted(log, fn, { invocationId, startedAt });
        return outcome;
      } catch (error) {
        const failure = (input.describeFailure ?? describeError)(error);
        logExecuted(log, fn, { invocationId, startedAt, failure });
        throw error;
      } finally {
        limit.clear();
        running -= 1;
        if (running === 0) for (const resolve of waiting.splice(0)) resolve();
      }
    },
  };
}

async function buildRequest(
  fn: AppFunction,
  input: TriggerInput & { bindingData: BindingData },
  invocationId: string,
): Promise<InvocationRequest> {
  const { bindingData } = input;
  const inputs = await Promise.all(fn.inputs.map(async ({ name, read }) => ({ name, data: await read(bindingData) })));
  return {
    invocationId,
    functionId: fn.registered.id,
    inputData: [{ name: fn.trigger.name, data: input.data }, ...inputs], // the trigger first: only it becomes an argument
    triggerMetadata: input.metadata ?? {},
    traceContext: traceContext(input.traceParent, input.traceState),
    ...(input.retryContext ? { retryContext: input.retryContext } : {}),
  };
}

function logExecuting(
  log: Log,
  fn: AppFunction,
  { reason, invocationId }: { reason: string; invocationId: string },
): void {
  const logger = `Function.${fn.name}`;
  if (!log.isEnabled(logger, "information")) return;
  const message = `Executing 'Functions.${fn.name}' (Reason='${reason}', Id=${invocationId})`;
  log.write({ level: "information", logger, message });
}

interface Ending {
  readonly invocationId: string;
  readonly startedAt: number;
  /** What went wrong, if anything. */
  readonly failure?: string;
}

function logExecuted(log: Log, fn: AppFunction, ending: Ending): void {
  const logger = `Function.${fn.name}`;
  const { failure } = ending;
  const level = failure !== undefined ? "error" : "information";
  if (!log.isEnabled(logger, level)) return;
  const duration = Math.round(performance.now() - ending.startedAt);
  const facts = `${failure === undefined ? "Succeeded" : "Failed"}, Id=${ending.invocationId}, Duration=${duration}ms`;
  const reason = failure === undefined ? "" : `\n${failure}`;
  log.write({ level, logger, message: `Executed 'Functions.${fn.name}' (${facts})${reason}` });
}
