import type { IncomingMessage, ServerResponse } from "node:http";
import { hostname } from "node:os";
import type { CatalogEntry } from "../functions/catalog.ts";
import type { HostContext } from "../host-context.ts";
import { answerEmpty, answerJson } from "../server/answer.ts";
import type { RequestHandler } from "../server/http-server.ts";
import { pathOf } from "../server/request-path.ts";
import { HOST_VERSION } from "../worker/core-module.ts";
import type { Drain } from "./drain.ts";
import { functionView } from "./function-view.ts";
import { answerKeys, parseKeyPath } from "./key-lists.ts";
import type { KeyPath } from "./key-lists.ts";
import { startManually } from "./start-manually.ts";

export interface AdminParts {
  readonly context: HostContext;
  readonly catalog: readonly CatalogEntry[];
  readonly hostUrl: string;
  readonly drain: Drain;
}

/** The management endpoints under `/admin`. With keys on they need the master key, except the ping. */
export function createAdminRoutes(parts: AdminParts): RequestHandler {
  return (request, response) => {
    const path = pathOf(request).toLowerCase();
    if (path !== "/admin" && !path.startsWith("/admin/")) return false;
    if (path === "/admin/host/ping" && isOneOf(request, "GET", "POST")) answerEmpty(response, 200);
    else if (parts.context.keys?.allows(request, "admin") === false) answerEmpty(response, 401);
    else answerAdmin(path, { request, response, ...parts });
    return true;
  };
}

interface AdminCall extends AdminParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function answerAdmin(path: string, call: AdminCall): void {
  const { request, response, catalog, hostUrl, drain } = call;
  const keyPath = isOneOf(request, "GET") ? parseKeyPath(path) : undefined;
  switch (`${request.method ?? ""} ${path}`) {
    case "GET /admin/host/status":
      answerJson(response, 200, status(call));
      return;
    case "POST /admin/host/drain":
      drain.begin();
      answerEmpty(response, 202);
      return;
    case "GET /admin/host/drain/status":
      answerJson(response, 200, drain.status());
      return;
    case "GET /admin/functions":
      answerJson(
        response,
        200,
        catalog.map((entry) => functionView(entry, hostUrl)),
      );
      return;
    default:
      if (keyPath && isKnown(keyPath, catalog)) void answerKeys({ ...call, ...keyPath });
      else answerFunction(path, call);
  }
}

function isKnown({ functionName }: KeyPath, catalog: readonly CatalogEntry[]): boolean {
  return functionName === undefined || catalog.some(({ name }) => name.toLowerCase() === functionName);
}

function answerFunction(path: string, { request, response, catalog, hostUrl, context }: AdminCall): void {
  const [, name, what] = /^\/admin\/functions\/([^/]+)(\/status)?$/.exec(path) ?? [];
  const entry = catalog.find((each) => each.name.toLowerCase() === name);
  if (!entry) answerEmpty(response, 404);
  else if (what !== undefined && isOneOf(request, "GET"))
    answerJson(response, 200, entry.error === undefined ? {} : { errors: [entry.error] });
  else if (what === undefined && isOneOf(request, "GET")) answerJson(response, 200, functionView(entry, hostUrl));
  else if (what === undefined && isOneOf(request, "POST")) void startManually(entry, { request, response, context });
  else answerEmpty(response, 404);
}

function status({ catalog, context }: AdminCall): Record<string, unknown> {
  const errors = catalog.flatMap(({ name, error }) =>
    error === undefined ? [] : [`The '${name}' function is in error: ${error}`],
  );
  return {
    id: "localhost",
    state: "Running",
    version: HOST_VERSION,
    versionDetails: HOST_VERSION,
    instanceId: context.instanceId,
    computerName: hostname(),
    processUptime: Math.round(process.uptime() * 1000),
    ...(errors.length === 0 ? {} : { errors }),
  };
}

function isOneOf({ method = "" }: IncomingMessage, ...methods: readonly string[]): boolean {
  return methods.includes(method);
}
