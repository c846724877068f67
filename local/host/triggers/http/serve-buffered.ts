import { constants } from "node:buffer";
import type { Invoker } from "../../functions/invoker.ts";
import { answerEmpty } from "../../server/answer.ts";
import { announcedLength } from "../../server/read-body.ts";
import { readAnnouncedBody } from "./body.ts";
import { HTTP_REASON } from "./http-call.ts";
import type { HttpCall } from "./http-call.ts";
import { bindingData, requestData } from "./request-data.ts";
import { writeResponse } from "./write-response.ts";

/**
 * Serves a request whose body is read before the function starts: 413 when it announces more than the limit, 500 with an
 * empty body when the function fails (the invoker has logged why). Rejects when what the function returned cannot be sent.
 */
export async function serveBuffered(invoker: Invoker, call: HttpCall, bodyLimitInBytes: number): Promise<void> {
  const { fn, request, response } = call;
  if (announcedLength(request) > Math.min(bodyLimitInBytes, constants.MAX_LENGTH)) {
    response.shouldKeepAlive = false; // the rest of the body is not going to be read
    answerEmpty(response, 413);
    return;
  }
  let body: Buffer | undefined;
  try {
    body = await readAnnouncedBody(request);
  } catch {
    response.destroy(); // the client is gone, and so is anybody who could be told
    return;
  }
  const input = {
    data: requestData(call, body),
    reason: HTTP_REASON,
    traceParent: request.headers["traceparent"] as string | undefined,
    traceState: request.headers["tracestate"] as string | undefined,
    bindingData: () => bindingData(call, body),
  };
  const outcome = await invoker.run(fn, input).catch(() => undefined);
  if (outcome) writeResponse(response, outcome.returnValue?.http);
  else answerEmpty(response, 500);
}
