import { messageOf } from "../../logging/describe-error.ts";
import { InvalidContinuation } from "../client/page.ts";
import type { DurableHost } from "../durable-host.ts";
import type { Hub } from "../hub.ts";
import { BadRequest, refusal } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { publicUrl } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";
import { readQuery } from "./query.ts";

/** Answers from this host's own hub. Rejects with what the hub rejects with. */
export async function answerHere(exchange: Exchange, hub: Hub, { options }: DurableHost): Promise<Answer> {
  const { matched, search, body, address, startToken, request } = exchange;
  const query = readQuery(search);
  const asked = query.text("taskHub");
  if (asked !== undefined && asked.toLowerCase() !== hub.name.toLowerCase())
    return refusal(400, `The task hub '${asked}' is not here: this host serves the task hub '${hub.name}'`);
  try {
    return await matched.route.answer({
      hub,
      path: matched.path,
      query,
      headers: request.headers,
      body,
      url: publicUrl(exchange),
      address,
      startToken,
      replacesRunning: options.overridesRunning,
    });
  } catch (error) {
    if (error instanceof InvalidContinuation) return refusal(400, messageOf(error));
    throw error;
  }
}

/** The answer to a request that cannot be understood; undefined for other errors. */
export function answerBadRequest(error: unknown): Answer | undefined {
  if (!(error instanceof BadRequest)) return undefined;
  return refusal(400, error.message, error.cause instanceof Error ? error.cause.message : undefined);
}
