import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { formatEvent, type Answer } from "./answer.ts";
import { ApiError, bodyTooLarge, missingKey, serverError } from "./errors.ts";
import { applyFault } from "./faults.ts";
import { MAX_BODY_BYTES } from "./limits.ts";
import { findEndpoint } from "./routes.ts";

export interface OpenAIServer {
  /** What the OpenAI client takes as its base URL; Azure's client takes the origin. */
  readonly baseUrl: string;
  stop(): Promise<void>;
}

/**
 * Serves OpenAI's HTTP API (Responses, Chat Completions, Models; JSON and streaming) on 127.0.0.1, port 0 for any free one.
 * Behind it stands a small extractive model, so a client needs no key and no network.
 */
export async function startOpenAIServer({ port }: { readonly port: number }): Promise<OpenAIServer> {
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    stop: async () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now();
  response.setHeader("x-request-id", `req_${randomUUID().replaceAll("-", "")}`);
  response.setHeader("openai-version", "2020-10-01");
  try {
    const answer = await answerRequest(request);
    response.setHeader("openai-processing-ms", Math.round(performance.now() - startedAt));
    send(response, answer);
  } catch (error) {
    sendError(response, error);
  }
}

async function answerRequest(request: IncomingMessage): Promise<Answer> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (!request.headers.authorization && !request.headers["api-key"]) throw missingKey();
  const endpoint = findEndpoint(request.method ?? "GET", pathname);
  const body = await readBody(request);
  const fault = request.headers["x-emulator-fault"];
  await applyFault(Array.isArray(fault) ? fault.join(";") : fault);
  return endpoint(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Read on to the end: a client that is still sending would not see the answer.
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (bytes > MAX_BODY_BYTES) throw bodyTooLarge(MAX_BODY_BYTES);
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, answer: Answer): void {
  if ("json" in answer) {
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer.json));
    return;
  }
  response.setHeader("content-type", "text/event-stream; charset=utf-8").setHeader("cache-control", "no-cache");
  for (const event of answer.events) response.write(formatEvent(event));
  response.end();
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return; // the client went away, and with it whoever cares
  if (!(error instanceof ApiError)) process.stderr.write(`OpenAI emulator: ${String(error)}\n`);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = error instanceof ApiError ? error : serverError(500);
  response.statusCode = known.status;
  for (const [name, value] of Object.entries(known.headers)) response.setHeader(name, value);
  response.setHeader("content-type", "application/json").end(JSON.stringify(known));
}
