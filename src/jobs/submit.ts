import type { Mode, Priority } from "../contract/submit-request.ts";
import type { Container } from "../platform/blobs.ts";
import type { Clock } from "../platform/clock.ts";
import { MillraceError, hasCode } from "../platform/errors.ts";
import { newId, newOperationId } from "../platform/ids.ts";
import type { Profile } from "../profiles/define-profile.ts";
import type { ProfileRegistry } from "../profiles/registry.ts";
import { checkPayload } from "./check-payload.ts";
import type { CheckPayloadDeps } from "./check-payload.ts";
import type { BatchItem, Job } from "./life/job.ts";
import type { Sequences } from "./sequences/sequences.ts";
import type { HeldTicket, TicketWish } from "./sequences/take-ticket.ts";
import { startTimesOf } from "./start-times.ts";
import type { AskedTimes } from "./start-times.ts";
import { keepContent, payloadBlob } from "./store/content.ts";
import type { Dispatch } from "./store/dispatch.ts";
import { findEarlier, idempotencyKeyOfRequest, placeBesideKey } from "./store/idempotency.ts";
import type { IdempotencyKey, JobKeyRecord } from "./store/idempotency.ts";
import type { JobStore } from "./store/job-store.ts";

export interface SubmitDeps extends CheckPayloadDeps {
  readonly profiles: ProfileRegistry;
  readonly jobs: JobStore;
  readonly content: Container;
  readonly dispatch: Dispatch;
  readonly clock: Clock;
  readonly sequences: Sequences;
  /** How long jobs are kept after their end. */
  readonly retention: Job["retention"];
}

export interface SubmitCommand extends AskedTimes {
  readonly workspaceId: string;
  readonly jobType: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly mode?: Mode | undefined;
  readonly priority?: Priority | undefined;
  readonly sequenceKey?: string | undefined;
  readonly sequence?: number | undefined;
  readonly customerId?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly traceparent: string;
  /** Nobody, if the request did not say who sent it. */
  readonly submittedBy?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface Submitted {
  readonly job: Job;
  /** The key was used before for the same request: this is the job it made then. */
  readonly replayed: boolean;
  /** Why the job's message could not be put just now: a matter for the log, since the supervisor will put it. */
  readonly unsent?: unknown;
}

/**
 * Accepts a job: checks everything, writes the row, then puts the message. Returning is the promise that the job will
 * end; nothing is stored on a refusal, and after any other failure a retry with the same key finds out what is so.
 *
 * @throws MillraceError UNKNOWN_JOB_TYPE, VALIDATION_FAILED with `errors`, IDEMPOTENCY_MISMATCH,
 * SEQUENCE_TAKEN, STORAGE_UNAVAILABLE
 */
export async function submitJob(deps: SubmitDeps, command: SubmitCommand): Promise<Submitted> {
  const profile = deps.profiles.require(command.jobType);
  const key = idempotencyKeyOfRequest(command);
  const earlier = key && (await replay(deps, key));
  if (earlier) return earlier;

  const newest = newId("job", deps.clock.now());
  return createJob(deps, command, { profile, key, jobId: key ? placeBesideKey(newest, key.keyDigest) : newest });
}

export interface NewJob {
  readonly profile: Profile;
  /** A ticket that the same request took before names another. */
  readonly jobId: string;
  /** A new one if absent. */
  readonly operationId?: string | undefined;
  readonly batch?: BatchItem | undefined;
  readonly key?: IdempotencyKey | undefined;
}

/**
 * Accepts a job under an id that the caller has chosen. If both ids are derived from what the job is for, then a job that
 * is made twice is one.
 *
 * @throws MillraceError VALIDATION_FAILED with `errors`, SEQUENCE_TAKEN, STORAGE_UNAVAILABLE; VERSION_CONFLICT when the
 * job is there with another operation, or was
 */
export async function createJob(deps: SubmitDeps, command: SubmitCommand, made: NewJob): Promise<Submitted> {
  const { profile, key } = made;
  const mode = modeOf(profile, command.mode);
  const now = deps.clock.now();
  const startTimes = startTimesOf(command, now);
  const payload = await checkPayload(deps, profile, command);
  const ticket = await ticketFor(deps, command, { jobId: made.jobId, idempotencyKey: key?.keyDigest });
  const jobId = ticket?.jobId ?? made.jobId;
  const job: Job = {
    phase: "queued",
    workspaceId: command.workspaceId,
    jobId,
    operationId: made.operationId ?? newOperationId(jobId),
    jobType: profile.id,
    profileVersion: profile.version,
    mode,
    ...wishesOf(command),
    ...startTimes,
    ...(ticket && { sequence: sequenceOf(command, ticket) }),
    ...(made.batch && { batch: made.batch }),
    payload: await orGiveBack(ticket, async () =>
      keepContent(deps.content, payloadBlob({ ...command, jobId }), payload),
    ),
    traceparent: command.traceparent,
    ...(key && { keyDigest: key.keyDigest }),
    operations: 1,
    retention: deps.retention,
    version: 1,
    last: { version: 1, event: "accepted", actor: "client" },
    attempt: 0,
    maxAttempts: profile.maxAttempts,
    progress: { fraction: 0 },
    steps: profile.steps.map(({ name }) => ({ name, status: "pending", attempt: 0 })),
    createdAt: now,
    acceptedAt: now,
    enqueuedAt: now,
    updatedAt: now,
  };
  return accept(deps, job, { key: key && { ...key, jobId }, ticket });
}

interface Taken {
  readonly key: JobKeyRecord | undefined;
  readonly ticket: HeldTicket | undefined;
}

/**
 * Row before message: a message without a row would be a lie. A row whose message cannot be put is a job all the same:
 * its wake-up row stands beside it, and the supervisor sends the message when its time has come.
 */
async function accept(deps: SubmitDeps, job: Job, { key, ticket }: Taken): Promise<Submitted> {
  if (ticket && !ticket.isInTime()) {
    await giveUp(deps, job, ticket);
    throw new MillraceError("STORAGE_UNAVAILABLE", "Storage was too slow to accept the job; try again");
  }
  const earlier = await write(deps, job, { key, ticket });
  if (earlier) return earlier;
  try {
    await deps.dispatch(job, delayOf(job));
  } catch (thrown) {
    return { job, replayed: false, unsent: thrown };
  }
  return { job, replayed: false };
}

/** Writes the job; or returns what the same request has made before, and then leaves nothing of this one. */
async function write(deps: SubmitDeps, job: Job, { key, ticket }: Taken): Promise<Submitted | undefined> {
  try {
    await deps.jobs.create(job, key);
    return undefined;
  } catch (thrown) {
    // Only a conflict says that nothing was written: after another failure the row may stand, and need its payload.
    if (!hasCode(thrown, "VERSION_CONFLICT")) throw thrown;
    // And it can be with somebody who wrote behind this very write, whose answer was lost: then the job is there.
    if ((await deps.jobs.get(job))?.job.operationId === job.operationId) return undefined;
    const winner = key && (await replay(deps, key));
    await giveUp(deps, job, winner?.job.jobId === job.jobId ? undefined : ticket);
    if (winner) return winner;
    throw thrown;
  }
}

/** Leaves nothing of a job that was not written. */
async function giveUp(deps: SubmitDeps, job: Job, ticket: HeldTicket | undefined): Promise<void> {
  await ticket?.giveBack();
  await dropPayload(deps, job);
}

async function orGiveBack<Result>(ticket: HeldTicket | undefined, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    await ticket?.giveBack();
    throw thrown;
  }
}

async function ticketFor(
  { sequences, clock }: SubmitDeps,
  { workspaceId, sequenceKey: key, sequence: number }: SubmitCommand,
  wish: Pick<TicketWish, "jobId" | "idempotencyKey">,
): Promise<HeldTicket | undefined> {
  if (key === undefined) return undefined;
  // Of this moment: what the request refers to may have taken its time, and the ticket is void a minute from then on.
  return sequences.takeTicket({ ...wish, workspaceId, key, number, now: clock.now() });
}

function sequenceOf(
  { sequenceKey: key = "", sequence: number }: SubmitCommand,
  { place }: HeldTicket,
): Job["sequence"] {
  return { key, place, ...(number !== undefined && { number }) };
}

async function dropPayload({ content }: SubmitDeps, { payload }: Job): Promise<void> {
  if ("blob" in payload) await content.delete(payload.blob);
}

/** The job that this key made before. Its message is not put again: the wake-up row sees to it that there is one. */
async function replay({ jobs }: SubmitDeps, key: IdempotencyKey): Promise<Submitted | undefined> {
  const earlier = await findEarlier(jobs, key);
  return earlier && { job: earlier.job, replayed: true };
}

export function modeOf(profile: Profile, asked: Mode | undefined): Mode {
  const mode = asked ?? profile.modes[0];
  if (profile.modes.includes(mode)) return mode;
  throw new MillraceError("VALIDATION_FAILED", `Jobs of type "${profile.id}" do not run in mode "${mode}"`, {
    details: { errors: [{ pointer: "/mode", message: `must be one of ${profile.modes.join(", ")}` }] },
  });
}

/** What a request may say of its job beside the payload. */
function wishesOf(command: SubmitCommand): Pick<Job, "priority" | "submittedBy" | "customerId" | "metadata" | "tags"> {
  return {
    priority: command.priority ?? "normal",
    ...(command.submittedBy && { submittedBy: command.submittedBy }),
    ...(command.customerId && { customerId: command.customerId }),
    ...(command.metadata && { metadata: { ...command.metadata } }),
    ...(command.tags && { tags: [...command.tags] }),
  };
}

/** The message of a job that is to start later stays hidden until then. */
function delayOf({ startAfter, enqueuedAt }: Job): { readonly delayMs: number } | undefined {
  return startAfter && { delayMs: startAfter.getTime() - enqueuedAt.getTime() };
}
