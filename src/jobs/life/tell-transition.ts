import { awaitedBy } from "./awaited.ts";
import type { JobEvent } from "./job-event.ts";
import type { Job } from "./job.ts";
import type { JobEventType } from "./lifecycle.ts";
import type { Actor, Transition } from "./transition.ts";
import { undoNews, undoOfJob } from "./undo.ts";

/**
 * What the history is to say of an event; of progress, signs of life, single looks and single tries to take something back
 * it says nothing: then what it said last stays.
 */
export function tellTransition(job: Job, event: JobEvent, version: number): Transition {
  const said = saidOf(job, event);
  if (!said || event.type === "progressed" || event.type === "seen" || event.type === "met") return job.last;
  const actor = ("actor" in event ? event.actor : undefined) ?? USUAL_ACTOR[event.type];
  return { version, event: event.type, from: job.phase, actor, ...said };
}

type Said = Pick<Transition, "step" | "by" | "reason">;

/** Beside what happened; nothing where that is not to be told. */
function saidOf(job: Job, event: JobEvent): Said | undefined {
  if (event.type === "suspended") return saidOfWait(job, event);
  if (event.type === "resumed") return stepOf(job);
  if (event.type === "decided")
    return { ...stepOf(job), by: event.vote.voter, ...reasonOf([event.vote.decision, event.vote.comment]) };
  if (event.type === "answered")
    return { ...stepOf(job), ...reasonOf(["failure" in event.answer ? "failure" : undefined]) };
  if (event.type !== "undone") return reasonOf(["reason" in event ? event.reason : undefined]);
  const news = undoNews(undoOfJob(job), event.undo);
  return news && { step: news.step };
}

/** That it begins to wait, and that it waits for longer than it should. */
function saidOfWait(job: Job, { waitingFor }: Extract<JobEvent, { type: "suspended" }>): Said | undefined {
  const { step } = waitingFor;
  if (job.phase !== "waiting") return { step };
  const before = job.waitingFor;
  const isEscalated = waitingFor.kind === "approval" && waitingFor.escalatedAt !== undefined;
  const wasEscalated = before.kind === "approval" && before.escalatedAt !== undefined;
  return isEscalated && !wasEscalated ? { step, reason: "escalated" } : undefined;
}

function stepOf(job: Job): Pick<Said, "step"> {
  const awaited = awaitedBy(job);
  return awaited ? { step: awaited.step } : {};
}

function reasonOf(parts: readonly (string | undefined)[]): Pick<Said, "reason"> {
  const reason = parts.filter(Boolean).join(": ");
  return reason ? { reason } : {};
}

const USUAL_ACTOR = {
  redispatched: "supervisor",
  lapsed: "supervisor",
  claimed: "worker",
  suspended: "worker",
  decided: "client",
  answered: "worker",
  resumed: "worker",
  stumbled: "worker",
  requeued: "worker",
  released: "worker",
  completed: "worker",
  gaveUp: "worker",
  cancelled: "client",
  undone: "worker",
  regenerated: "client",
} as const satisfies Record<Exclude<JobEventType, "progressed" | "seen" | "met">, Actor>;
