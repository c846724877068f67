import type { Clock } from "../platform/clock.ts";
import { MillraceError } from "../platform/errors.ts";
import type { WorkerTable } from "../platform/worker-table.ts";
import { askWorker, callWorker } from "./ask-worker.ts";
import type { WorkerAnswer } from "./ask-worker.ts";
import { createCallbackTokens } from "./callback-token.ts";
import type { CallbackTarget } from "./callback-token.ts";
import { signWebhook } from "./sign.ts";

/** One step's work for an external worker: the same whenever it is sent again. */
interface ExternalWork {
  /** A name in `EXTERNAL_WORKERS`. */
  readonly worker: string;
  readonly target: CallbackTarget;
  readonly jobId: string;
  /** JSON: what the profile sends. */
  readonly request: unknown;
  /** After this nobody waits for the answer any more. */
  readonly deadline: Date;
  readonly abortSignal: AbortSignal;
}

type ExternalQuestion = Pick<ExternalWork, "worker" | "target" | "abortSignal"> & { readonly askAt: string };

/** The services outside of this app that steps can call. */
export interface ExternalWorkers {
  /** @throws MillraceError EXTERNAL_WORKER_UNKNOWN, and as `callWorker()` does */
  call(work: ExternalWork): Promise<WorkerAnswer>;
  /** @throws MillraceError EXTERNAL_WORKER_UNKNOWN, and as `askWorker()` does */
  ask(question: ExternalQuestion): Promise<WorkerAnswer>;
  /** What a callback's token gives the right to; nothing, if we did not make it. */
  targetOf(token: string): CallbackTarget | undefined;
}

export interface ExternalWorkersOptions {
  readonly workers: WorkerTable;
  /** What calls are signed with. */
  readonly secret: string | undefined;
  /** What callbacks are known by. */
  readonly callbackSecret: string | undefined;
  /** Scheme and host that workers reach this app at. */
  readonly origin: string | undefined;
  /** Of an answer. */
  readonly maxBytes: number;
  readonly clock: Clock;
}

/** Settings see to it that there are secrets and an origin where there are workers. */
export function createExternalWorkers(options: ExternalWorkersOptions): ExternalWorkers {
  const { workers, secret = "", callbackSecret, origin = "", maxBytes, clock } = options;
  const tokens = callbackSecret === undefined ? undefined : createCallbackTokens(callbackSecret);
  const urlOf = (worker: string) => {
    const url = workers.get(worker);
    if (url !== undefined) return url;
    throw new MillraceError("EXTERNAL_WORKER_UNKNOWN", `EXTERNAL_WORKERS names no worker "${worker}"`);
  };
  const signed = ({ operationId, step }: CallbackTarget, body: string) =>
    signWebhook(secret, { id: `${operationId}.${step}`, body, at: clock.now() });
  return {
    async call({ worker, target, abortSignal, ...work }) {
      const url = urlOf(worker); // Where there is no worker, there need be no origin either.
      const callback = `${new URL(origin).origin}/api/callbacks/${tokens?.make(target) ?? ""}`;
      const body = JSON.stringify(messageOf({ ...work, target, callback }));
      return callWorker({ worker, url, headers: signed(target, body), body, maxBytes, abortSignal });
    },
    async ask({ worker, target, askAt, abortSignal }) {
      return askWorker({ worker, url: urlOf(worker), askAt, headers: signed(target, ""), maxBytes, abortSignal });
    },
    targetOf: (token) => tokens?.read(token),
  };
}

type Message = Pick<ExternalWork, "target" | "jobId" | "request" | "deadline"> & { readonly callback: string };

/** What a worker is sent. */
function messageOf({ target, jobId, request, deadline, callback }: Message): Record<string, unknown> {
  return {
    workspace_id: target.workspaceId,
    job_id: jobId,
    operation_id: target.operationId,
    step: target.step,
    request,
    callback_url: callback,
    failure_url: `${callback}/failure`,
    deadline: deadline.toISOString(),
  };
}
