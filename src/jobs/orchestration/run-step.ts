import { InvariantError, hasCode } from "../../platform/errors.ts";
import { logTo } from "../../platform/log.ts";
import type { Log, LogSink } from "../../platform/log.ts";
import type { Step } from "../../steps/step.ts";
import { mayStayUncounted } from "../life/attempt-count.ts";
import { factsOf } from "../life/job-facts.ts";
import { ROLL_OUT_MS } from "../life/roll-out.ts";
import { hasToUndo } from "../life/undo.ts";
import { clearCheckpoints } from "../store/checkpoints.ts";
import { followEnd } from "../store/follow-end.ts";
import { endOfUnknown } from "../work/claim.ts";
import { isLoss } from "../work/loss.ts";
import { ActivityHold } from "./activity-hold.ts";
import { closeMap } from "./close-map.ts";
import { openMap } from "./open-map.ts";
import type { StepAnswer, StepCall } from "./plan.ts";
import { runApproval } from "./run-approval.ts";
import { runCall } from "./run-call.ts";
import { runPart } from "./run-part.ts";
import { runPollStep } from "./run-poll-step.ts";
import { runTask } from "./run-task.ts";
import { STOP, again } from "./step-run.ts";
import type { StepRun, StepRunDeps } from "./step-run.ts";

/** Long enough for a roll-out to get on, as where a queue's message meets a worker that does not know its type. */
const ANOTHER_PROCESS_MS = 30_000;

/**
 * The one activity of all orchestrations: does what the call says for a step of a job, if the job is still the
 * orchestration's. However often and wherever it is called, the row counts each try, and takes down one outcome.
 *
 * @throws MillraceError STORAGE_UNAVAILABLE; InvariantError when rows are not as they must be
 */
export async function runStep(deps: StepRunDeps, call: StepCall, sink: LogSink): Promise<StepAnswer> {
  return deps.shutdown.track(underPermit(deps, call, logTo(sink)));
}

/** They ask others, and look what those have said; nobody is to wait with that behind what takes minutes. */
const WITHOUT_PERMIT: ReadonlySet<StepCall["do"]> = new Set(["approval", "call"]);

/**
 * Before the row is read: who waits here has nothing in its hands, and no try is counted. What it does hold is one of the
 * host's places for activities: `host.json` has far more of those than there are permits, so that the permits decide who
 * is next, and not the host, which knows of no priorities.
 */
async function underPermit(deps: StepRunDeps, call: StepCall, log: Log): Promise<StepAnswer> {
  if (WITHOUT_PERMIT.has(call.do)) return deps.shutdown.begun.aborted ? again(0) : whileHeld(deps, call, log);
  const permit = await deps.permits.take(call.lead.priority, deps.shutdown.begun);
  if (!permit) return again(0);
  try {
    return await whileHeld(deps, call, log);
  } finally {
    permit.giveBack();
  }
}

async function whileHeld(deps: StepRunDeps, call: StepCall, log: Log): Promise<StepAnswer> {
  const held = await ActivityHold.take(deps, call.lead);
  if (!held) return STOP;
  try {
    return await atRightVersion(deps, { held, call, log });
  } catch (thrown) {
    if (!isLoss(thrown)) throw thrown;
    log.info("step broken off", { ...factsOf(held.job), step: call.step, part: call.index });
    // Another orchestration of the same operation goes on from what is kept.
    if (!hasCode(thrown, "LEASE_LOST") && !hasToUndo(held.job)) await clearCheckpoints(deps, held.job);
    return STOP;
  } finally {
    held.stop();
  }
}

type Held = Pick<StepRun, "held" | "call" | "log">;

/** Only the profile that the plan was made of knows what its steps mean. */
async function atRightVersion(deps: StepRunDeps, { held, call, log }: Held): Promise<StepAnswer> {
  const { jobType } = held.job;
  const profile = deps.profiles.knows(jobType) ? deps.profiles.require(jobType) : undefined;
  if (!profile) return leaveToKnowing(deps, held);
  if (profile.version < call.lead.profileVersion) return leaveToLater(deps, held);
  if (profile.version > call.lead.profileVersion) return beginAnew(deps, held);
  if (held.job.outdatedSince) await noteOutdated(held, undefined);
  const place = profile.steps.findIndex(({ name }) => name === call.step);
  const step = profile.steps[place];
  if (!step)
    throw new InvariantError("41b8d7c6", `Cannot find step "${call.step}" in "${jobType}", version ${profile.version}`);
  return carryOut({ deps, held, profile, step, place, call, log });
}

/** Only a process of another version knows its type; votes and answers stay as they are meanwhile. */
async function leaveToKnowing(deps: StepRunDeps, held: ActivityHold): Promise<StepAnswer> {
  const now = deps.clock.now();
  const before = held.job;
  const end = endOfUnknown(before, now);
  if (end) {
    await followEnd(deps, await held.settle(end), before);
    return STOP;
  }
  if (!before.outdatedSince) await noteOutdated(held, now);
  return again(ANOTHER_PROCESS_MS);
}

/** The profile is an older one: a process with the plan's own is met before a roll-out is over, unless that was taken back. */
async function leaveToLater(deps: StepRunDeps, held: ActivityHold): Promise<StepAnswer> {
  const now = deps.clock.now();
  const { outdatedSince } = held.job;
  if (outdatedSince && now.getTime() - outdatedSince.getTime() > ROLL_OUT_MS) return beginAnew(deps, held);
  if (!outdatedSince) await noteOutdated(held, now);
  return again(ANOTHER_PROCESS_MS);
}

async function noteOutdated(held: ActivityHold, outdatedSince: Date | undefined): Promise<void> {
  await held.change((job, leaseUntil) =>
    (job.outdatedSince === undefined) === (outdatedSince === undefined)
      ? undefined
      : { type: "seen", leaseUntil, outdatedSince },
  );
}

/** The profile is another one: another orchestration is to lead the job by its steps. */
async function beginAnew(deps: StepRunDeps, held: ActivityHold): Promise<StepAnswer> {
  const { steps } = held.job;
  await deps.dispatch(await held.settle({ type: "released", steps, counted: !mayStayUncounted(held.job) }));
  return STOP;
}

async function carryOut(run: StepRun): Promise<StepAnswer> {
  const { call, step } = run;
  switch (call.do) {
    case "task":
      return runTask(ofKind(run, step, "task"));
    case "open-map":
      return openMap(ofKind(run, step, "map"));
    case "part":
      return runPart(ofKind(run, step, "map"), call.index ?? 0);
    case "close-map":
      return closeMap(ofKind(run, step, "map"));
    case "approval":
      return runApproval(ofKind(run, step, "approval"));
    case "poll":
      return runPollStep(ofKind(run, step, "poll"));
    case "call":
      return runCall(ofKind(run, step, "call"));
  }
}

function ofKind<Kind extends Step["kind"]>(
  run: StepRun,
  step: Step,
  kind: Kind,
): StepRun<Extract<Step, { readonly kind: Kind }>> {
  if (step.kind !== kind)
    throw new InvariantError("c53e90af", `Cannot carry out step "${step.name}" as "${kind}": it is "${step.kind}"`);
  return { ...run, step: step as Extract<Step, { readonly kind: Kind }> };
}
