import { request as sendRequest } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { pipeline } from "node:stream/promises";
import type { OwnerAddress } from "../../ownership/ownership.ts";
import { START_TOKEN_HEADER, isRepeatable } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";
import { WEBHOOK_PATH } from "./links.ts";

/** Set on what is passed on, so that no host passes it on again: the hands may have changed meanwhile. */
export const FORWARDED_HEADER = "x-durable-forwarded";
/** Set on a 503 when what was asked may have been done all the same. */
export const UNKNOWN_OUTCOME_HEADER = "x-durable-outcome-unknown";

/** "refused": nothing was done. "unknown": the connection broke before an answer, and it may have been. */
export type ForwardOutcome = "answered" | "refused" | "unknown";

export interface Forwarding {
  readonly owner: OwnerAddress;
  /** Aborted when the owner is the owner no more; it may have stopped without closing its connections. */
  readonly signal: AbortSignal;
}

/** Passes a request on to the owner and streams its answer back. Never rejects. */
export async function forward(exchange: Exchange, { owner, signal }: Forwarding): Promise<ForwardOutcome> {
  const answer = await send(exchange, owner, signal);
  if (typeof answer === "string") return answer;
  const { statusCode = 502, headers } = answer;
  if (statusCode === 503 && headers[UNKNOWN_OUTCOME_HEADER] === undefined) {
    answer.resume();
    return "refused"; // it is stopping, or not the owner any more
  }
  exchange.response.writeHead(statusCode, withoutHopByHop(headers));
  await pipeline(answer, exchange.response).catch(() => {
    exchange.response.destroy(); // the caller sees that the answer broke off
  });
  return "answered";
}

function send(
  exchange: Exchange,
  owner: OwnerAddress,
  signal: AbortSignal,
): Promise<IncomingMessage | "refused" | "unknown"> {
  const { method, body, response } = exchange;
  return new Promise((resolve) => {
    // A kept connection may turn out to be closed, and then nobody knows whether the request has arrived.
    const kept = isRepeatable(exchange) ? {} : { agent: false };
    const options = { method, headers: headersFor(exchange), signal, ...kept };
    const outgoing = sendRequest(owner.url + pathFor(exchange), options);
    const giveUp = () => outgoing.destroy();
    response.once("close", giveUp);
    outgoing.once("close", () => response.off("close", giveUp));
    outgoing.once("response", resolve);
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "ECONNREFUSED" ? "refused" : "unknown");
    });
    outgoing.end(body);
  });
}

function pathFor({ segments, search }: Exchange): string {
  const query = search.toString();
  return `${WEBHOOK_PATH}/${segments.map(encodeURIComponent).join("/")}${query === "" ? "" : `?${query}`}`;
}

/** The host that was asked is named, because the owner's answer has links to it. */
function headersFor({ request, address, startToken, body }: Exchange): OutgoingHttpHeaders {
  return {
    ...withoutHopByHop(request.headers),
    host: new URL(address.baseUrl).host,
    "content-length": body.length,
    [FORWARDED_HEADER]: "1",
    [START_TOKEN_HEADER]: startToken,
    ...(address.key === undefined ? {} : { "x-functions-key": address.key }),
  };
}

const HOP_BY_HOP = ["connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "expect"];

function withoutHopByHop(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
