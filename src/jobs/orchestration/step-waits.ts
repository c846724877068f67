import type { CallStep } from "../../steps/call.ts";
import type { PollStep } from "../../steps/poll.ts";
import type { Step } from "../../steps/step.ts";
import type { JobError, Usage } from "../life/job.ts";
import type { WaitingFor } from "../life/waiting-for.ts";
import { writtenError } from "../work/judge-failure.ts";
import type { HeldJob } from "./activity-hold.ts";
import type { StepAnswer } from "./plan.ts";
import { isFinished } from "./step-records.ts";
import { DONE, STOP } from "./step-run.ts";
import type { StepRun } from "./step-run.ts";
import { exhausted, giveUp } from "./step-tries.ts";

type Kind = WaitingFor["kind"];
export type WaitOf<K extends Kind> = Extract<WaitingFor, { readonly kind: K }>;

/** What names a wait: the step, and what it is. */
interface NameOf<K extends Kind> {
  readonly name: string;
  readonly kind: K;
}

/** A call of the activity on a step of a kind that waits. */
interface WaitRun<K extends Kind> {
  readonly held: StepRun["held"];
  readonly step: NameOf<K>;
}

/** What the step waits for, as the job's row has it; nothing while it has not begun to. */
export function waitOf<K extends Kind>(job: HeldJob, step: NameOf<K>): WaitOf<K> | undefined {
  return job.phase === "waiting" && isOf(job.waitingFor, step) ? job.waitingFor : undefined;
}

/** What the step waited for when the orchestration before was lost: votes and answers that have come since count as well. */
export function waitBefore<K extends Kind>({ waitedFor }: HeldJob, step: NameOf<K>): WaitOf<K> | undefined {
  return waitedFor && isOf(waitedFor, step) ? waitedFor : undefined;
}

function isOf<K extends Kind>(waitingFor: WaitingFor, { name, kind }: NameOf<K>): waitingFor is WaitOf<K> {
  return waitingFor.step === name && waitingFor.kind === kind;
}

/** Lets the job wait from now on: for what it waited before, if it did; or, if it did not, for what is given. */
export async function suspend<K extends Kind>(run: WaitRun<K>, anew: WaitOf<K> | undefined): Promise<void> {
  const { held, step } = run;
  await held.insist(async () =>
    held.change((job, leaseUntil) => {
      if (job.phase === "waiting" || isFinished(job, step.name)) return undefined;
      const waitingFor = waitBefore(job, step) ?? anew;
      return waitingFor && { type: "suspended", leaseUntil, waitingFor };
    }),
  );
}

/**
 * Writes down what has changed of the wait, and returns it as it is then; nothing when the step does not wait any more.
 *
 * @param change of the wait as it stands, whatever others have written since; nothing to leave it
 */
export async function changeWait<K extends Kind>(
  run: WaitRun<K>,
  change: (waitingFor: WaitOf<K>) => WaitOf<K> | undefined,
  usage?: Usage,
): Promise<WaitOf<K> | undefined> {
  const { held, step } = run;
  await held.insist(async () =>
    held.change((job, leaseUntil) => {
      const now = waitOf(job, step);
      const waitingFor = now && change(now);
      const { steps } = job;
      return waitingFor && { type: "suspended", leaseUntil, waitingFor, ...(usage && { steps, usage }) };
    }),
  );
  return waitOf(held.job, step);
}

/** The run that has decided on the wait as it stands here: what it comes to is written only while nobody has said more. */
export function decidedOn<S extends Step & NameOf<Kind>>(run: StepRun<S>, wait: WaitingFor): StepRun<S> {
  const isStillSo = (job: HeldJob) => {
    const now = waitOf(job, run.step);
    return now !== undefined && saidTo(now) === saidTo(wait);
  };
  return { ...run, isStillSo };
}

/** How much has been said by others: votes and answers are never taken back. */
function saidTo(waitingFor: WaitingFor): number {
  if (waitingFor.kind === "approval") return waitingFor.votes.length;
  return waitingFor.kind === "call" && waitingFor.answer ? 1 : 0;
}

/** What there is to answer when the step does not wait any more: another call was faster. */
export function overOf({ held, step }: Pick<StepRun, "held" | "step">): StepAnswer {
  return isFinished(held.job, step.name) ? DONE : STOP;
}

/** An orchestration's timers are for days at most: those for longer are pieced together of many by the SDK. */
const LONGEST_WAIT_MS = 24 * 3_600_000;
/** The clocks of two machines differ; nobody is to look again and again until they agree. */
const SHORTEST_WAIT_MS = 500;

function inBounds(ms: number): number {
  return Math.round(Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, ms)));
}

/** Nothing is to be done before something is heard, or that time. */
export function waitUntil(time: Date, now: Date): StepAnswer {
  return { outcome: "wait", afterMs: inBounds(time.getTime() - now.getTime()) };
}

/** Nothing is to be done before something is heard, or this time is over; but not later than the wait ends. */
export function waitAtMost(ms: number, { until }: WaitingFor, now: Date): StepAnswer {
  return { outcome: "wait", afterMs: inBounds(Math.min(ms, until.getTime() - now.getTime())) };
}

/** The same again after this time, whatever is heard, but not later than the wait ends. */
export function lookAfter(ms: number, { until }: WaitingFor, now: Date): StepAnswer {
  return { outcome: "look", afterMs: inBounds(Math.min(ms, until.getTime() - now.getTime())) };
}

type WaitingRun = StepRun<PollStep | CallStep>;

/** The time is over. */
export async function giveUpLate(run: WaitingRun, wait: WaitOf<"poll" | "call">): Promise<StepAnswer> {
  const { until, error } = wait;
  const last = error ? `; the last try failed (${error.code}: ${error.message})` : "";
  const message = `Step "${run.step.name}" has waited until ${until.toISOString()}${last}`;
  return giveUp(decidedOn(run, wait), { code: "DEADLINE_PASSED", message });
}

/** It was tried too often in a row without coming to anything. */
export async function giveUpTries(run: WaitingRun, wait: WaitOf<"poll" | "call">): Promise<StepAnswer> {
  const { error } = wait;
  return giveUp(decidedOn(run, wait), error ?? exhausted(`step "${run.step.name}"`, run.held.job.maxAttempts));
}

/** What can be kept of a failure beside everything else in one column. */
export function briefly(failure: Parameters<typeof writtenError>[0]): JobError {
  const { code, message } = writtenError(failure);
  return { code, message: message.slice(0, 500) };
}
