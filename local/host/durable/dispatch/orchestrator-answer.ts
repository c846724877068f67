import type { AppFunction } from "../../functions/app-function.ts";
import type { Invoker } from "../../functions/invoker.ts";
import { describeError, messageOf } from "../../logging/describe-error.ts";
import { valueOf } from "../../worker/typed-data.ts";
import type { OrchestratorAnswer } from "../replay/decision.ts";
import { DURABLE_REASON } from "./reason.ts";

/** Behind this label in the message of what it throws, the SDK repeats the answer of an orchestrator that failed. */
const LABEL = "\n\n$OutOfProcData$:";

/** What an orchestrator function came to in one episode. */
export interface Asked {
  /** Undefined when it gave none: then only `thrown` says something. */
  readonly answer: OrchestratorAnswer | undefined;
  readonly thrown?: { readonly message: string; readonly stack: string | undefined };
}

/** Invokes an orchestrator function for one episode. What it throws is an answer too. */
export async function askOrchestrator(run: Invoker["run"], fn: AppFunction, trigger: string): Promise<Asked> {
  try {
    const data = { string: trigger };
    const { returnValue } = await run(fn, { data, reason: DURABLE_REASON, describeFailure });
    return { answer: asAnswer(valueOf(returnValue)) };
  } catch (error) {
    const stack = error instanceof Error ? error.stack : undefined;
    return { answer: answerIn(error), thrown: { message: messageOf(error), stack } };
  }
}

/** For the log: the message alone, and not all that the orchestrator has ever asked for. */
function describeFailure(error: unknown): string {
  return answerIn(error)?.error ?? describeError(error);
}

function answerIn(error: unknown): OrchestratorAnswer | undefined {
  const message = messageOf(error);
  const label = message.indexOf(LABEL);
  return label === -1 ? undefined : asAnswer(message.slice(label + LABEL.length));
}

function asAnswer(value: unknown): OrchestratorAnswer | undefined {
  const answer = typeof value === "string" ? parseJson(value) : value;
  return typeof answer === "object" && answer !== null && "actions" in answer
    ? (answer as OrchestratorAnswer)
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // some other text that the app returned or threw
  }
}
