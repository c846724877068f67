import type { JobPhase } from "../../../src/jobs/lifecycle.ts";
import type { ClientEvent } from "../history/history.ts";

/** What a client may be told next, by all that it was told before. */
export interface ClientModel {
  readonly jobs: ModelJob[];
  /** Which job a key stands for, and of which request. */
  readonly keys: Map<string, { readonly job: ModelJob; readonly text: string }>;
}

export interface ModelJob {
  readonly jobId: string;
  /** The latest comes last. */
  readonly operations: ModelOperation[];
  /** The latest that was seen. */
  version: number;
  isGone: boolean;
}

export interface ModelOperation {
  readonly operationId: string;
  readonly text: string;
  /** The key that began it, if it is not the first. */
  readonly key?: string | undefined;
  /** How it ended, once that was seen: it stays so. */
  end?: { readonly phase: JobPhase; readonly version: number } | undefined;
}

export function createClientModel(): ClientModel {
  return { jobs: [], keys: new Map() };
}

type Event<D extends ClientEvent["did"]> = Extract<ClientEvent, { readonly did: D }>;

const ENDS: ReadonlySet<JobPhase> = new Set(["done", "failed", "cancelled"]);

/** @throws Error when that may not be told to this client */
export function submitted(model: ClientModel, wish: { text: string; key?: string | undefined }, told: ClientEvent): void {
  const { text, key } = wish;
  const known = key === undefined ? undefined : model.keys.get(key);
  const before = known?.job.isGone === false ? known : undefined;
  if (before && before.text !== text) {
    requireThat(told.did === "refused" && told.code === "IDEMPOTENCY_MISMATCH", "the key was used", told);
    return;
  }
  if (told.did !== "heard") throw wrong("a job", told);
  if (before) {
    requireThat(told.jobId === before.job.jobId, `the job that the key made, ${before.job.jobId}`, told);
    return;
  }
  requireThat(!model.jobs.some(({ jobId }) => jobId === told.jobId), "a job that is new", told);
  const job: ModelJob = { jobId: told.jobId, operations: [], version: 1, isGone: false };
  model.jobs.push(job);
  if (key !== undefined) model.keys.set(key, { job, text });
}

/** What was seen of a job, by reading it or in answer to something else. */
export function seen(job: ModelJob, told: Event<"yes">, result?: string): void {
  const { operationId, version, phase } = told;
  requireThat(!job.isGone, "nothing: it is gone", told);
  requireThat(version >= job.version, `version ${job.version} or later`, told);
  job.version = version;
  const operation = currentOf(job);
  requireThat(operation?.operationId === operationId, `operation ${operation?.operationId ?? ""}`, told);
  if (operation?.end) {
    const { end } = operation;
    requireThat(end.phase === phase && end.version === version, `"${end.phase}" of version ${end.version}`, told);
  } else if (operation && ENDS.has(phase)) {
    operation.end = { phase, version };
  }
  if (result !== undefined) requireThat(result === operation?.text, `the result "${operation?.text ?? ""}"`, told);
}

export function cancelled(job: ModelJob, operationId: string | undefined, told: ClientEvent): void {
  const operation = currentOf(job);
  if (job.isGone) return requireNo(told, "JOB_NOT_FOUND");
  if (operationId !== undefined && operationId !== operation?.operationId) return requireNo(told, "OPERATION_SUPERSEDED");
  const ended = operation?.end?.phase;
  if (ended === "done" || ended === "failed") return requireNo(told, "JOB_ALREADY_ENDED");
  if (told.did === "no") {
    requireThat(ended === undefined, "that it is cancelled", told);
    return requireNo(told, "JOB_ALREADY_ENDED"); // It ended a moment ago, and the next look must show how.
  }
  if (told.did !== "yes") throw wrong("yes or no", told);
  requireThat(told.phase === "cancelled", "that it is cancelled", told);
  seen(job, told);
}

export function regenerated(job: ModelJob, asked: { text?: string; key?: string | undefined }, told: ClientEvent): void {
  const operation = currentOf(job);
  if (job.isGone) return requireNo(told, "JOB_NOT_FOUND");
  const isAgain = asked.key !== undefined && asked.key === operation?.key;
  if (told.did === "no") {
    requireThat(!isAgain && operation?.end === undefined, "a new operation", told);
    return requireNo(told, "JOB_NOT_TERMINAL");
  }
  if (told.did !== "yes") throw wrong("yes or no", told);
  if (isAgain) return seen(job, told);
  const isNew = !job.operations.some(({ operationId }) => operationId === told.operationId);
  requireThat(isNew, "an operation that is new", told);
  job.operations.push({ operationId: told.operationId, text: asked.text ?? operation?.text ?? "", key: asked.key });
  seen(job, told);
}

export function removed(job: ModelJob, told: ClientEvent): void {
  if (job.isGone) return requireNo(told, "JOB_NOT_FOUND");
  if (told.did === "no") {
    requireThat(currentOf(job)?.end === undefined, "that it is gone", told);
    return requireNo(told, "JOB_NOT_TERMINAL");
  }
  requireThat(told.did === "gone", "that it is gone", told);
  job.isGone = true;
}

export function looked(job: ModelJob, told: ClientEvent, result: string | undefined): void {
  if (job.isGone) return requireNo(told, "JOB_NOT_FOUND");
  if (told.did !== "yes") throw wrong("the job", told);
  seen(job, told, result);
}

export function currentOf({ operations }: ModelJob): ModelOperation | undefined {
  return operations.at(-1);
}

function requireNo(told: ClientEvent, code: string): void {
  requireThat(told.did === "no" && told.code === code, code, told);
}

function requireThat(isSo: boolean, wanted: string, told: ClientEvent): void {
  if (!isSo) throw wrong(wanted, told);
}

function wrong(wanted: string, told: ClientEvent): Error {
  return new Error(`Cannot be told ${JSON.stringify(told)}; it should be ${wanted}`);
}
