import type { IncomingMessage, ServerResponse } from "node:http";
import type { AppFunction } from "../../functions/app-function.ts";
import type { RouteParams } from "./route-template.ts";

/** A request that found its function. */
export interface HttpCall {
  readonly fn: AppFunction;
  readonly params: RouteParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What the real host gives as the reason of every HTTP invocation. */
export const HTTP_REASON = "This function was programmatically called via the host APIs.";
