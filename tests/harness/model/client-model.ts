import type { JobPhase } from "../../../src/jobs/life/lifecycle.ts";
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

interface ModelOperation {
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
export function submitted(
  model: ClientModel,
  wish: { text: string; key?: string | undefined },
  told: ClientEvent,
): void {
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
  const ended = operation?.end?.phase;
  const refusal = job.isGone
    ? "JOB_NOT_FOUND"
    : operationId !== undefined && operationId !== operation?.operationId
      ? "OPERATION_SUPERSEDED"
      : ended === "done" || ended === "failed" || (told.did === "no" && ended === undefined)
        ? "JOB_ALREADY_ENDED" // Maybe a moment ago; then the next look must show how.
        : undefined;
  if (refusal !== undefined) requireNo(told, refusal);
  else
    seen(
      job,
      requireYes(told, (yes) => yes.phase === "cancelled"),
    );
}

export function regenerated(
  job: ModelJob,
  asked: { text?: string; key?: string | undefined },
  told: ClientEvent,
): void {
  const operation = currentOf(job);
  const isAgain = asked.key !== undefined && asked.key === operation?.key;
  const mayBeRefused = !isAgain && operation?.end === undefined;
  if (job.isGone) {
    requireNo(told, "JOB_NOT_FOUND");
  } else if (told.did === "no" && mayBeRefused) {
    requireNo(told, "JOB_NOT_TERMINAL");
  } else {
    const isKnown = (id: string) => job.operations.some(({ operationId }) => operationId === id);
    const yes = requireYes(told, ({ operationId }) => isAgain || !isKnown(operationId));
    if (!isAgain)
      job.operations.push({ operationId: yes.operationId, text: asked.text ?? operation?.text ?? "", key: asked.key });
    seen(job, yes);
  }
}

/** @param failed the operation whose dead letter was replayed */
export function replayed(job: ModelJob, failed: string, told: ClientEvent): void {
  const { operations } = job;
  const place = operations.findIndex(({ operationId }) => operationId === failed);
  const [before, next] = [operations[place], operations[place + 1]];
  const yes = requireYes(told);
  if (next) {
    requireThat(yes.operationId === next.operationId, `the operation that came of it, ${next.operationId}`, told);
    return;
  }
  requireThat(yes.operationId !== failed, "a new operation", told);
  operations.push({ operationId: yes.operationId, text: before?.text ?? "" });
  seen(job, yes);
}

export function removed(job: ModelJob, told: ClientEvent): void {
  if (job.isGone) {
    requireNo(told, "JOB_NOT_FOUND");
  } else if (told.did === "no" && currentOf(job)?.end === undefined) {
    requireNo(told, "JOB_NOT_TERMINAL");
  } else {
    requireThat(told.did === "gone", "that it is gone", told);
    job.isGone = true;
  }
}

export function looked(job: ModelJob, told: ClientEvent, result: string | undefined): void {
  if (job.isGone) requireNo(told, "JOB_NOT_FOUND");
  else seen(job, requireYes(told), result);
}

function currentOf({ operations }: ModelJob): ModelOperation | undefined {
  return operations.at(-1);
}

function requireNo(told: ClientEvent, code: string): void {
  requireThat(told.did === "no" && told.code === code, code, told);
}

function requireYes(told: ClientEvent, isSo: (yes: Event<"yes">) => boolean = () => true): Event<"yes"> {
  if (told.did === "yes" && isSo(told)) return told;
  throw wrong("yes, and what was asked for", told);
}

function requireThat(isSo: boolean, wanted: string, told: ClientEvent): void {
  if (!isSo) throw wrong(wanted, told);
}

function wrong(wanted: string, told: ClientEvent): Error {
  return new Error(`Cannot be told ${JSON.stringify(told)}; it should be ${wanted}`);
}
