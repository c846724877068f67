import type { Artifact, Content, JobError, Progress, StepRecord, UndoRecord, Usage } from "./job.ts";
import type { JobEventType } from "./lifecycle.ts";
import type { Actor } from "./transition.ts";
import type { CallAnswer, Vote, WaitingFor } from "./waiting-for.ts";

/** Something that happened to a job. */
export type JobEvent = { [E in JobEventType]: { readonly type: E } & EventData[E] }[JobEventType];

interface EventData {
  /** Its message was put once more. */
  redispatched: object;
  /** By a worker that did not take it: since when those have not known its type; nothing, if this one does. */
  met: { readonly outdatedSince: Date | undefined };
  claimed: { readonly claimId: string; readonly leaseUntil: Date; readonly plan?: Plan | undefined };
  progressed: Work & { readonly leaseUntil: Date; readonly progress: Progress };
  /** The step at hand waits for something that no worker can do; or what there is to say of that has changed. */
  suspended: Partial<Work> & { readonly leaseUntil: Date; readonly waitingFor: WaitingFor };
  /** Somebody has voted. */
  decided: { readonly vote: Vote };
  /** An external worker has called back. */
  answered: { readonly answer: CallAnswer };
  /** What it waited for is here. */
  resumed: Work & { readonly leaseUntil: Date };
  /** Its orchestration is alive. `outdatedSince`, where it is given, as the job has it from then on. */
  seen: { readonly leaseUntil: Date; readonly outdatedSince?: Date | undefined };
  /** A step failed, and is tried again by the orchestration. */
  stumbled: Work & { readonly leaseUntil: Date; readonly error: JobError };
  /** Its worker's lease has run out, and nobody took it since. */
  lapsed: object;
  /** `counted`: whether the attempt that failed stays in the count. */
  requeued: Work & { readonly error: JobError; readonly retryAt: Date; readonly counted: boolean };
  /** Another is to go on from these steps: what the job waited for behind them counts no more. */
  released: Work & { readonly counted: boolean };
  completed: Work & {
    readonly result: Content;
    readonly artifacts: readonly Artifact[];
    readonly moreArtifacts?: string | undefined;
  };
  /** `actor`: the worker, if nobody else is named. */
  gaveUp: Partial<Work> & Noticed & { readonly error: JobError; readonly actor?: Actor };
  cancelled: Asked & Noticed;
  /** How far the taking back of finished steps is. */
  undone: { readonly undo: readonly UndoRecord[]; readonly actor?: Actor };
  regenerated: Asked & NewOperation;
}

/** What the worker's events tell of the work. */
export interface Work {
  readonly steps: readonly StepRecord[];
  /** Of all attempts; what is known already stays when there is none. */
  readonly usage?: Usage | undefined;
}

interface Noticed {
  /** By when all have noticed that were at work when the job ended: nothing is taken back while they may do more of it. */
  readonly noticedBy?: Date | undefined;
}

/** The steps that the job goes by from then on: they replace those of another version of the profile. */
interface Plan {
  /** The orchestration that leads it, if one does. */
  readonly instanceId?: string;
  readonly profileVersion: number;
  readonly stepNames: readonly string[];
}

/** Somebody asked for it. */
interface Asked {
  readonly actor: Actor;
  readonly reason?: string | undefined;
}

/** What a new operation of a job begins with. */
interface NewOperation {
  readonly operationId: string;
  readonly operationKey?: string | undefined;
  readonly profileVersion: number;
  readonly maxAttempts: number;
  readonly stepNames: readonly string[];
  readonly payload: Content;
  readonly traceparent: string;
  /** Whoever asked for the operation before, if nobody is named. */
  readonly submittedBy?: string | undefined;
}
