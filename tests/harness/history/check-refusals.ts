import type { Job } from "../../../src/jobs/life/job.ts";
import { isTerminal } from "../../../src/jobs/life/lifecycle.ts";
import type { Exchange } from "./asked.ts";
import { exchangesOf } from "./asked.ts";
import type { History, Violation } from "./history.ts";
import { statesBetween } from "./job-walks.ts";
import type { Walk } from "./job-walks.ts";

type Ask = Exchange["ask"];

/** What each refusal claims of the job. It must have been so at some moment between question and answer. */
const CLAIMS: Readonly<Record<string, (job: Job | undefined, ask: Ask) => boolean>> = {
  JOB_NOT_FOUND: (job) => job === undefined,
  GONE: (job) => job === undefined,
  OPERATION_SUPERSEDED: (job, ask) => job !== undefined && job.operationId !== ask.operationId,
  JOB_ALREADY_ENDED: (job, ask) =>
    job !== undefined && isTerminal(job.phase) && job.phase !== "cancelled" && isMeant(job, ask),
  JOB_NOT_TERMINAL: (job) => job !== undefined && !isTerminal(job.phase),
};

function isMeant({ operationId }: Job, ask: Ask): boolean {
  return ask.operationId === undefined || ask.operationId === operationId;
}

/** Whoever is refused is told the truth; and whoever is told of a conflict had one. */
export function checkRefusals({ clients }: History, walks: readonly Walk[]): Violation[] {
  const walkOf = new Map(walks.map((walk) => [walk.jobId, walk]));
  const exchanges = (["read", "cancel", "regenerate", "delete"] as const).flatMap((act) => exchangesOf(clients, act));
  return exchanges.flatMap(({ ask, answer }): Violation[] => {
    const walk = walkOf.get(ask.jobId);
    if (answer?.did !== "no" || !walk) return [];
    const states = statesBetween(walk, ask.commits, answer.commits);
    const claim = CLAIMS[answer.code];
    const isTrue = claim
      ? states.some((job) => claim(job, ask))
      : answer.code !== "VERSION_CONFLICT" || states.length > 1;
    if (isTrue) return [];
    const told = states.map((job) => (job ? `"${job.phase}" of ${job.operationId}` : "gone")).join(", ");
    return [
      { kind: "untrue answer", text: `${answer.client} ${ask.jobId}: ${ask.act} got ${answer.code}; it was ${told}` },
    ];
  });
}
