import type { Artifact, Content, JobError, Progress, StepRecord, Usage } from "./job.ts";
import type { JobEventType } from "./lifecycle.ts";
import type { Actor } from "./transition.ts";

/** Something that happened to a job. */
export type JobEvent = { [E in JobEventType]: { readonly type: E } & EventData[E] }[JobEventType];

interface EventData {
  /** Its message was put once more. */
  redispatched: object;
  claimed: { readonly claimId: string; readonly leaseUntil: Date };
  progressed: Work & { readonly leaseUntil: Date; readonly progress: Progress };
  /** Its worker's lease has run out, and nobody took it since. */
  lapsed: object;
  /** `counted`: whether the attempt that failed stays in the count. */
  requeued: Work & { readonly error: JobError; readonly retryAt: Date; readonly counted: boolean };
  released: Work & { readonly counted: boolean };
  completed: Work & { readonly result: Content; readonly artifacts: readonly Artifact[] };
  /** `actor`: the worker, if nobody else is named. */
  gaveUp: Partial<Work> & { readonly error: JobError; readonly actor?: Actor };
  cancelled: Asked;
  regenerated: Asked & NewOperation;
}

/** What the worker's events tell of the work. */
export interface Work {
  readonly steps: readonly StepRecord[];
  /** Of all attempts; what is known already stays when there is none. */
  readonly usage?: Usage | undefined;
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
}
