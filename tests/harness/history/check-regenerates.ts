import type { Job } from "../../../src/jobs/life/job.ts";
import { exchangesOf } from "./asked.ts";
import type { Exchange } from "./asked.ts";
import type { History, Violation } from "./history.ts";
import type { Move, Walk } from "./job-walks.ts";
import type { TextOf } from "./payload-texts.ts";

/** A new operation begins because somebody asked for it, once for each who asked, with the payload that was asked for. */
export function checkRegenerates({ clients }: History, walks: readonly Walk[], textOf: TextOf): Violation[] {
  const exchanges = exchangesOf(clients, "regenerate");
  const walkOf = new Map(walks.map((walk) => [walk.jobId, walk]));
  return [
    ...exchanges.flatMap((exchange) => checkAnswer(exchange, walkOf.get(exchange.ask.jobId))),
    ...walks.flatMap((walk) => checkWereAsked(walk, exchanges, textOf)),
  ];
}

function checkAnswer({ ask, answer }: Exchange, walk: Walk | undefined): Violation[] {
  if (answer?.did !== "yes") return [];
  const { commits, operationId } = answer;
  const begun = walk?.moves.some(({ index, after }) => index < commits && after?.operationId === operationId);
  if (begun) return [];
  return [{ kind: "untrue answer", text: `${answer.client} ${ask.jobId}: was told of ${operationId}, which is not` }];
}

function checkWereAsked({ jobId, moves }: Walk, exchanges: readonly Exchange[], textOf: TextOf): Violation[] {
  const asks = exchanges.map(({ ask }) => ask).filter((ask) => ask.jobId === jobId);
  const found: Violation[] = [];
  /** Operations of questions without a key, by what they are to do. */
  const begun = new Map<string | undefined, number>();
  for (const { index, before, after } of moves.filter(isByClient)) {
    const text = textOf(after);
    const keeps = text === textOf(before);
    const asked = asks.filter(
      (ask) => ask.commits <= index && (ask.text === text || (ask.text === undefined && keeps)),
    );
    if (asked.length === 0)
      found.push({ kind: "unexpected", text: `${jobId}: nobody asked for "${String(text)}" before commit ${index}` });
    if (after.operationKey !== undefined) {
      if (after.operationKey === before.operationKey)
        found.push({ kind: "duplicated", text: `${jobId}: one key began two operations, one after the other` });
      continue;
    }
    const count = (begun.get(text) ?? 0) + 1;
    begun.set(text, count);
    const times = asks.filter((ask) => ask.key === undefined && (ask.text ?? text) === text).length;
    if (times > 0 && count > times)
      found.push({
        kind: "duplicated",
        text: `${jobId}: "${String(text)}" was begun ${count} times, asked for ${times}`,
      });
  }
  return found;
}

type Begun = Move & { readonly before: Job; readonly after: Job };

function isByClient(move: Move): move is Begun {
  const { before, after } = move;
  return before !== undefined && after?.last.event === "regenerated" && after.last.actor === "client" && isNew(move);
}

function isNew({ before, after }: Move): boolean {
  return before?.last.version !== after?.last.version;
}
