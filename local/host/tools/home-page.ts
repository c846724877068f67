import type { IncomingMessage, ServerResponse } from "node:http";
import type { CatalogEntry } from "../functions/catalog.ts";
import type { HostContext } from "../host-context.ts";
import { messageOf } from "../logging/describe-error.ts";
import { answerJson, answerText } from "../server/answer.ts";
import type { RequestHandler } from "../server/http-server.ts";
import { pathOf } from "../server/request-path.ts";
import { describeHost } from "./describe-host.ts";
import { findInstance } from "./find-instance.ts";
import { renderHome } from "./render-home.ts";
import { renderInstance } from "./render-instance.ts";

export interface ToolParts {
  readonly context: HostContext;
  readonly catalog: readonly CatalogEntry[];
}

const INSTANCE = /^\/admin\/instances\/([^/]+)$/;

/** Two pages for whoever runs the app here: HTML for browsers, JSON for others. With keys on they need the master key. */
export interface Tools {
  /**
   * `GET /` lists functions, Durable instances and queues, unless a function claims it: it is asked last. The setting
   * `AzureWebJobsDisableHomepage` switches it off, as in Azure. Without the key it says that the app is up, no more.
   */
  readonly home: RequestHandler;
  /** `GET /admin/instances/{id}` shows an instance with its history. */
  readonly instances: RequestHandler;
}

export function createTools(parts: ToolParts): Tools {
  const { context } = parts;
  const isAllowed = (request: IncomingMessage) => context.keys?.allows(request, "admin") ?? true;
  return {
    home(request, response) {
      const isOff = /^(true|1)$/i.test(context.environment["AzureWebJobsDisableHomepage"] ?? "");
      if (!isGet(request) || pathOf(request) !== "/" || isOff) return false;
      if (isAllowed(request)) void guard(response, showHome(request, response, parts));
      else answerText(response, 200, "Your Functions app is up and running.");
      return true;
    },
    instances(request, response) {
      if (!isGet(request) || !INSTANCE.test(pathOf(request)) || !isAllowed(request)) return false;
      void guard(response, showInstance(request, response, context));
      return true;
    },
  };
}

function isGet({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}

async function showHome(request: IncomingMessage, response: ServerResponse, parts: ToolParts): Promise<void> {
  const description = await describeHost(parts);
  if (wantsHtml(request)) answerHtml(response, 200, renderHome(description));
  else answerJson(response, 200, description);
}

async function showInstance(request: IncomingMessage, response: ServerResponse, context: HostContext): Promise<void> {
  const id = decode(INSTANCE.exec(pathOf(request))?.[1] ?? "");
  const found = await findInstance(id, context);
  const status = "error" in found ? 404 : 200;
  if (wantsHtml(request)) answerHtml(response, status, renderInstance(id, found));
  else answerJson(response, status, found);
}

async function guard(response: ServerResponse, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (response.headersSent) response.destroy();
    else answerText(response, 500, messageOf(error));
  }
}

function wantsHtml({ headers: { accept = "" } }: IncomingMessage): boolean {
  return accept.includes("text/html");
}

function answerHtml(response: ServerResponse, status: number, html: string): void {
  const length = Buffer.byteLength(html);
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "content-length": length });
  response.end(html);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone percent sign: no instance has such a name either
  }
}
