import type { IncomingMessage, ServerResponse } from "node:http";
import type { HostContext } from "../../host-context.ts";
import { describeError, messageOf } from "../../logging/describe-error.ts";
import { answerEmpty } from "../../server/answer.ts";
import type { RequestHandler } from "../../server/http-server.ts";
import { readBody } from "../../server/read-body.ts";
import { pathOf } from "../../server/request-path.ts";
import { answerBadRequest } from "./answer-here.ts";
import { refusal, writeAnswer } from "./answer.ts";
import { apiAddress } from "./api-address.ts";
import { openExchange } from "./exchange.ts";
import { findAnswer } from "./find-answer.ts";
import type { Finder } from "./find-answer.ts";
import { SYSTEM_KEY, WEBHOOK_PATH } from "./links.ts";
import { RPC_PATH } from "./rpc-listener.ts";

/** As much as the real host takes (100 MiB). A body is read as a whole, because it may have to be sent to more than one host. */
const LONGEST_BODY = 104_857_600;

export interface ManagementApi {
  /** For the main server: under `/runtime/webhooks/durabletask`, with the extension's system key when keys are on. */
  readonly webhook: RequestHandler;
  /** For the SDK, under `/durabletask` of an address that only this machine reaches: without keys. */
  readonly rpc: RequestHandler;
}

/** Longer than it takes a host to take over from one that has died, with the lease at its default. */
const PATIENCE_MS = 20_000;

/** The HTTP management API of the Durable extension. `ownUrl` is where the other hosts reach this one. */
export function createManagementApi(context: HostContext, ownUrl: string): ManagementApi {
  const server: Server = { context, finder: { context, ownUrl, patienceMs: PATIENCE_MS } };
  return {
    webhook(request, response) {
      const path = pathBelow(WEBHOOK_PATH, request);
      if (path === undefined || !isInUse(context)) return false;
      if (context.keys?.allows(request, "system", SYSTEM_KEY) === false) answerEmpty(response, 401);
      else void serve({ request, response, path, host: request.headers.host }, server);
      return true;
    },
    rpc(request, response) {
      const path = pathBelow(RPC_PATH, request);
      if (path === undefined) return false;
      void serve({ request, response, path, host: undefined }, server);
      return true;
    },
  };
}

interface Server {
  readonly context: HostContext;
  readonly finder: Finder;
}

interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  /** The name under which the caller reached this host, for the links in the answer. */
  readonly host: string | undefined;
}

/** Never rejects. */
async function serve({ request, response, path, host }: Arrival, { context, finder }: Server): Promise<void> {
  const origin = host === undefined || host === "" ? context.hostUrl : `http://${host}`;
  try {
    const body = await readBody(request, LONGEST_BODY);
    const exchange = body && openExchange({ request, response, path, body, address: apiAddress(context, origin) });
    if (!body) refuseBody(response);
    else if (exchange) await findAnswer(exchange, finder);
    else answerEmpty(response, 404);
  } catch (error) {
    const answer = answerBadRequest(error);
    if (answer) writeAnswer(response, answer);
    else fail(response, error, context);
  }
}

function refuseBody(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  writeAnswer(response, refusal(413, `The body is too long: it must not be longer than ${LONGEST_BODY} bytes`));
}

/** A caller that has gone while it sent its body needs no answer; anything else is ours to explain. */
function fail(response: ServerResponse, error: unknown, { log }: HostContext): void {
  if (response.destroyed) return;
  log.host("error", `The Durable management API failed: ${describeError(error)}`);
  if (response.headersSent) response.destroy();
  else writeAnswer(response, refusal(500, "Something went wrong while processing your request", messageOf(error)));
}

function pathBelow(base: string, request: IncomingMessage): string | undefined {
  const path = pathOf(request);
  const start = path.slice(0, base.length).toLowerCase();
  const rest = path.slice(base.length);
  return start === base && (rest === "" || rest.startsWith("/")) ? rest : undefined;
}

/** An app without Durable Functions has no hub to ask. */
function isInUse({ durable, durableRpc }: HostContext): boolean {
  const kinds = ["orchestrator", "activity", "entity"] as const;
  return durableRpc.isNeeded() || kinds.some((kind) => durable.functionNames(kind).length > 0);
}
