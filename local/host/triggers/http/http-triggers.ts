import type { IncomingMessage, ServerResponse } from "node:http";
import type { AppFunction } from "../../functions/app-function.ts";
import type { HostContext } from "../../host-context.ts";
import { describeError } from "../../logging/describe-error.ts";
import { answerEmpty } from "../../server/answer.ts";
import { announcedLength } from "../../server/read-body.ts";
import { pathOf } from "../../server/request-path.ts";
import type { TriggerExtension } from "../trigger-extension.ts";
import { readBodyLimit } from "./body.ts";
import { readCustomHeaders } from "./custom-headers.ts";
import type { HttpCall } from "./http-call.ts";
import { createRequestThrottle, readThrottleOptions } from "./request-throttle.ts";
import { createRouteTable } from "./route-table.ts";
import type { HttpFunction } from "./route-table.ts";
import { serveBuffered } from "./serve-buffered.ts";
import { createStreamProxy } from "./serve-streamed.ts";

/** `app.http()`: matches requests to functions, guards them by key when keys are on, and serves them. */
export function createHttpTriggers(context: HostContext): TriggerExtension {
  const { capabilities, environment, hostJson, keys } = context;
  const settings = hostJson.extension("http");
  const customHeaders = readCustomHeaders(settings);
  const throttleOptions = readThrottleOptions(settings);
  const throttle = createRequestThrottle(throttleOptions);
  const routePrefix = (settings.text("routePrefix") ?? "api").replace(/^\/+|\/+$/g, "");
  const table = createRouteTable(routePrefix);
  const targets = new Map<AppFunction, HttpFunction>();
  const bodyLimit = readBodyLimit(environment);
  const streamed = createStreamProxy(context.invoker, capabilities["HttpUri"], bodyLimit);

  function handleRequest(request: IncomingMessage, response: ServerResponse): boolean {
    const found = table.find(request.method ?? "GET", pathOf(request));
    if (!found) return false;
    const { target, params } = found;
    if (target.fn.isDisabled) return false;
    if (keys && !keys.allows(request, target.authLevel, target.fn.name)) {
      answerEmpty(response, 401);
      return true;
    }
    const isAdmitted = throttle.admit(response, () => {
      serve({ fn: target.fn, params, request, response });
    });
    if (!isAdmitted) refuse(request, response);
    return true;
  }

  function serve(call: HttpCall): void {
    const { response, fn } = call;
    for (const [name, value] of customHeaders) response.setHeader(name, value);
    const serving = streamed ? streamed.serve(call) : serveBuffered(context.invoker, call, bodyLimit);
    serving.catch((error: unknown) => {
      context.log.host("error", `Cannot answer for function '${fn.name}': ${describeError(error)}`);
      if (response.headersSent) response.destroy();
      else answerEmpty(response, 500);
    });
  }

  function refuse(request: IncomingMessage, response: ServerResponse): void {
    const limit = throttleOptions.maxOutstanding;
    context.log.host("information", `Http request queue limit of ${limit} has been exceeded.`);
    if (announcedLength(request) > 0) response.shouldKeepAlive = false; // its body is not going to be read
    answerEmpty(response, 429);
  }

  return {
    triggerType: "httpTrigger",
    add: (fn) => void targets.set(fn, table.add(fn)),
    describe(fn, hostUrl) {
      const target = targets.get(fn);
      const methods = target?.methods.length ? `[${target.methods.join(",")}] ` : "";
      return `${methods}${[hostUrl, routePrefix, target?.route].filter(Boolean).join("/")}`;
    },
    start: async () => undefined,
    stop: async () => undefined, // the server closes the door and waits for the requests under way
    manualInput: () => undefined,
    handleRequest,
  };
}
