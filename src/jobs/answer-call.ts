import type { CallbackTarget } from "../delivery/callback-token.ts";
import { againOnConflict } from "../platform/again-on-conflict.ts";
import type { Container } from "../platform/blobs.ts";
import type { Clock } from "../platform/clock.ts";
import { MillraceError } from "../platform/errors.ts";
import { jobIdOfOperation } from "../platform/ids.ts";
import type { ProfileRegistry } from "../profiles/registry.ts";
import { checkAnswer } from "../steps/check-answer.ts";
import { awaitedBy } from "./life/awaited.ts";
import { evolve } from "./life/evolve.ts";
import type { Job } from "./life/job.ts";
import type { CallAnswer } from "./life/waiting-for.ts";
import { keepAnswer } from "./store/checkpoints.ts";
import type { JobStore } from "./store/job-store.ts";

export interface AnswerCallDeps {
  readonly jobs: JobStore;
  readonly content: Container;
  readonly clock: Clock;
  readonly profiles: ProfileRegistry;
}

/** What a worker says by calling back: what it has made, or why it could not. */
export type Callback = { readonly output: unknown } | { readonly failure: string };

export interface Answered {
  readonly job: Job;
  /** The step has not taken it yet, and the orchestration is to hear of it: again as well, should it have been lost. */
  readonly isToHear: boolean;
}

/**
 * Writes down what an external worker has answered, by one conditional write. The first answer is believed: what is said
 * again, or said otherwise, changes nothing. One that does not fit is refused, and the job waits on.
 *
 * @throws MillraceError JOB_NOT_FOUND, GONE, OPERATION_SUPERSEDED, JOB_NOT_WAITING when nobody waits for it (any more),
 * VALIDATION_FAILED with `errors`, STORAGE_UNAVAILABLE, VERSION_CONFLICT when others keep writing
 */
export async function answerCall(deps: AnswerCallDeps, target: CallbackTarget, said: Callback): Promise<Answered> {
  const ref = { workspaceId: target.workspaceId, jobId: jobIdOfOperation(target.operationId) };
  let answer: CallAnswer | undefined;
  return againOnConflict(async () => {
    const stored = await deps.jobs.require(ref);
    const { job } = stored;
    if (job.operationId !== target.operationId)
      throw new MillraceError("OPERATION_SUPERSEDED", `The job's current operation is "${job.operationId}"`);
    if (isTaken(job, target.step)) return { job, isToHear: false };
    const awaited = awaitedBy(job);
    if (awaited?.kind !== "call" || awaited.step !== target.step)
      throw new MillraceError("JOB_NOT_WAITING", `The job does not wait for the answer of step "${target.step}"`);
    if (awaited.answer) return { job, isToHear: true };
    if ("output" in said) requireFitting(deps.profiles, { job, step: target.step, output: said.output });
    answer ??= "failure" in said ? said : { output: await keepAnswer(deps.content, job, { ...target, ...said }) };
    const after = evolve(job, { type: "answered", answer }, deps.clock.now());
    return { job: (await deps.jobs.save(after, stored)).job, isToHear: true };
  });
}

interface Offered {
  readonly job: Job;
  readonly step: string;
  readonly output: unknown;
}

/** Only the profile that the job goes by knows what must fit: where it is not at hand, the step looks when it takes it. */
function requireFitting(profiles: ProfileRegistry, { job, step, output }: Offered): void {
  const profile = profiles.knows(job.jobType) ? profiles.require(job.jobType) : undefined;
  const called = profile?.version === job.profileVersion && profile.steps.find(({ name }) => name === step);
  if (!called || called.kind !== "call") return;
  const checked = checkAnswer(called, output);
  if ("output" in checked) return;
  throw new MillraceError("VALIDATION_FAILED", `The answer does not fit step "${step}"`, {
    details: { errors: checked.errors },
  });
}

/** The step has come to its end, with an answer or without. */
function isTaken({ steps }: Job, name: string): boolean {
  return steps.some((step) => step.name === name && step.status === "completed");
}
