import type { Job } from "../../../src/jobs/life/job.ts";
import { exchangesOf } from "./asked.ts";
import type { Exchange } from "./asked.ts";
import type { History, Violation } from "./history.ts";
import type { Walk } from "./job-walks.ts";

/**
 * Who is told that an operation was cancelled finds it cancelled, and nothing of it is written from then on; nothing is
 * cancelled that nobody asked to cancel, by the operation that was named.
 */
export function checkCancels({ clients }: History, walks: readonly Walk[]): Violation[] {
  const exchanges = exchangesOf(clients, "cancel");
  const walkOf = new Map(walks.map((walk) => [walk.jobId, walk]));
  return [
    ...exchanges.flatMap((exchange) => checkAnswer(exchange, walkOf.get(exchange.ask.jobId))),
    ...walks.flatMap((walk) => checkWasAsked(walk, exchanges)),
  ];
}

function checkAnswer({ ask, answer }: Exchange, walk: Walk | undefined): Violation[] {
  if (answer?.did !== "yes") return [];
  const { operationId, version, commits } = answer;
  const who = `${answer.client} ${ask.jobId}`;
  if (ask.operationId !== undefined && ask.operationId !== operationId)
    return [{ kind: "wrong operation", text: `${who}: cancelled ${operationId}, not ${ask.operationId}` }];
  const isCancelled = (job: Job | undefined) => job?.phase === "cancelled" && job.operationId === operationId;
  const end = walk?.moves.find(({ index, after }) => index < commits && after?.version === version);
  if (!end || !isCancelled(end.after))
    return [{ kind: "untrue answer", text: `${who}: was told version ${version} is cancelled, and it is not` }];
  const late = walk?.moves.find(({ index, after }) => index > end.index && after?.operationId === operationId);
  if (!late) return [];
  const text = `${who}: "${late.after?.phase ?? ""}" of ${operationId} at commit ${late.index}, cancelled at ${end.index}`;
  return [{ kind: "after the end", text }];
}

function checkWasAsked({ jobId, moves }: Walk, exchanges: readonly Exchange[]): Violation[] {
  return moves.flatMap(({ index, before, after }): Violation[] => {
    if (after?.phase !== "cancelled" || before?.phase === "cancelled") return [];
    const wasAsked = exchanges.some(
      ({ ask }) =>
        ask.jobId === jobId &&
        ask.commits <= index &&
        (ask.operationId === undefined || ask.operationId === after.operationId),
    );
    if (wasAsked) return [];
    return [{ kind: "wrong operation", text: `${jobId}: nobody asked to cancel ${after.operationId}` }];
  });
}
