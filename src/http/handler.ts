import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { App } from "../app.ts";
import { workspaceOf } from "../identity/workspace.ts";
import { MillraceError } from "../platform/errors.ts";
import { logTo } from "../platform/log.ts";
import type { LogSink } from "../platform/log.ts";
import { acceptTraceparent, traceIdOf } from "../platform/trace.ts";
import { originOf } from "./origin.ts";
import { toProblemReply } from "./problem.ts";
import { readBody } from "./read-body.ts";
import { readQuery } from "./read-query.ts";
import type { Reply, RequestContext, Route, RouteRequest } from "./route.ts";

/** A function of the host's. */
export type HttpHandler = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>;

/**
 * Makes a row of the route table into a function: whose request is it, parse, call the use case, present, and turn
 * whatever was thrown into a problem document. The order is the same for every route.
 */
export function createHandler(app: App, route: Route): HttpHandler {
  return async (request, context) => {
    const traceparent = acceptTraceparent(request.headers.get("traceparent"));
    const log = logTo(context);
    const traceId = traceIdOf(traceparent);
    try {
      const parsed = await parseRequest(app, { route, request, traceparent, logSink: context });
      return toResponse(await route.handle(app, parsed), traceId);
    } catch (thrown) {
      const reply = toProblemReply(thrown, traceId);
      if (reply.status >= 500)
        log.error("request failed", { route: route.name, status: reply.status, trace_id: traceId }, thrown);
      return toResponse(reply, traceId);
    }
  };
}

interface Incoming {
  readonly route: Route;
  readonly request: HttpRequest;
  readonly traceparent: string;
  readonly logSink: LogSink;
}

async function parseRequest(
  app: App,
  { route, request, traceparent, logSink }: Incoming,
): Promise<RouteRequest<unknown, unknown, unknown>> {
  const context: RequestContext = {
    workspaceId: workspaceOf(request.headers.get("x-millrace-workspace")),
    origin: originOf(request, app.settings.PUBLIC_ORIGIN),
    traceparent,
    log: logTo(logSink),
    logSink,
    header: (name) => request.headers.get(name),
  };
  return {
    ...context,
    params: readParams(route, request.params),
    query: readQuery(request.url, route.query),
    body: route.body && (await readBody(request, route.body, app.settings)),
  };
}

/** An id that cannot be one names nothing: the same 404 as for one that is unknown, without asking storage. */
function readParams(route: Route, params: Readonly<Record<string, string>>): unknown {
  const parsed = route.params?.safeParse(params);
  if (!parsed || parsed.success) return parsed?.data ?? {};
  const name = String(parsed.error.issues[0]?.path[0]);
  throw UNKNOWN[name]?.() ?? new MillraceError("NOT_FOUND", `There is nothing here with this "${name}"`);
}

const UNKNOWN: Readonly<Record<string, () => MillraceError>> = {
  job_id: () => new MillraceError("JOB_NOT_FOUND", "There is no job with this id in this workspace"),
  batch_id: () => new MillraceError("BATCH_NOT_FOUND", "There is no batch with this id in this workspace"),
};

function toResponse({ status, headers = {}, json, text, bytes }: Reply, traceId: string): HttpResponseInit {
  const common = { "cache-control": "no-store", "x-content-type-options": "nosniff", "x-trace-id": traceId };
  if (json !== undefined) {
    const body = JSON.stringify(json);
    return { status, headers: { ...common, "content-type": "application/json; charset=utf-8", ...headers }, body };
  }
  const body = text ?? bytes;
  return { status, headers: { ...common, ...headers }, ...(body !== undefined && { body }) };
}
