import { setTimeout as delay } from "node:timers/promises";
import type { HostContext } from "../../host-context.ts";
import { describeError, messageOf } from "../../logging/describe-error.ts";
import type { Hub } from "../hub.ts";
import { JournalClosedError, LostOwnershipError } from "../journal/journal-errors.ts";
import { answerBadRequest, answerHere } from "./answer-here.ts";
import { refusal, writeAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { isRepeatable } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";
import { followOwner } from "./follow-owner.ts";
import { FORWARDED_HEADER, UNKNOWN_OUTCOME_HEADER, forward } from "./forward.ts";
import type { ForwardOutcome } from "./forward.ts";

export interface Finder {
  readonly context: Pick<HostContext, "durable" | "ownership" | "log">;
  /** Under which the others know this host, if it is the owner. */
  readonly ownUrl: string;
  /** How long to wait for an owner while hands are changing. */
  readonly patienceMs: number;
}

const POLL_MS = 100;

/**
 * Answers a request from this host's hub or, when another host is the owner, from there. While there is no owner it asks
 * again and again. What may have been done, but whose answer is lost, is repeated only if that does no harm. Rejects
 * when it cannot be read who the owner is.
 */
export async function findAnswer(exchange: Exchange, finder: Finder): Promise<void> {
  const { response } = exchange;
  const isPassedOn = exchange.request.headers[FORWARDED_HEADER] !== undefined;
  let waitsUntil = performance.now() + finder.patienceMs;
  while (!response.destroyed) {
    const outcome = await tryOnce(exchange, finder);
    if (outcome === "answered") return;
    if (outcome === "unknown" && !isRepeatable(exchange)) {
      writeAnswer(response, unknownOutcome());
      return;
    }
    if (outcome === "unknown") waitsUntil = performance.now() + finder.patienceMs;
    if (isPassedOn || performance.now() > waitsUntil) {
      writeAnswer(response, noOwner());
      return;
    }
    await delay(POLL_MS);
  }
}

async function tryOnce(exchange: Exchange, finder: Finder): Promise<ForwardOutcome> {
  const { durable, ownership } = finder.context;
  const hub = durable.hub();
  if (hub) return tryHere(exchange, hub, finder);
  if (exchange.request.headers[FORWARDED_HEADER] !== undefined) return "refused";
  const owner = await ownership.owner();
  if (!owner || owner.url === finder.ownUrl) return "refused"; // it is we who are about to begin
  const following = followOwner(ownership, owner);
  try {
    return await forward(exchange, { owner, signal: following.signal });
  } finally {
    following.stop();
  }
}

async function tryHere(exchange: Exchange, hub: Hub, finder: Finder): Promise<ForwardOutcome> {
  let answer: Answer;
  try {
    answer = await answerHere(exchange, hub, finder.context.durable);
  } catch (error) {
    if (isLoss(error)) return "unknown";
    const bad = answerBadRequest(error);
    if (!bad) finder.context.log.host("error", `The Durable management API failed: ${describeError(error)}`);
    answer = bad ?? refusal(500, "Something went wrong while processing your request", messageOf(error));
  }
  writeAnswer(exchange.response, answer);
  return "answered";
}

/** Another host has taken over, or is about to: what was to be written may be in what it reads. */
function isLoss(error: unknown): boolean {
  return error instanceof LostOwnershipError || error instanceof JournalClosedError;
}

function unknownOutcome(): Answer {
  const message =
    "The host that owns the task hub has gone before it answered: what was asked may have been done or not. Look at the status before you repeat it";
  return { ...refusal(503, message), headers: { [UNKNOWN_OUTCOME_HEADER]: "true" } };
}

function noOwner(): Answer {
  return { ...refusal(503, "No host owns the task hub at the moment. Ask again"), headers: { "retry-after": "5" } };
}
