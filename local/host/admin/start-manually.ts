import type { IncomingMessage, ServerResponse } from "node:http";
import { isJsonObject } from "../config/json-file.ts";
import type { CatalogEntry } from "../functions/catalog.ts";
import type { HostContext } from "../host-context.ts";
import { answerEmpty, answerJson } from "../server/answer.ts";
import { readBody } from "../server/read-body.ts";

/** Far above what an operator types; a queue message is at most 64 KiB. */
const LONGEST_BODY = 1_048_576;

interface ManualStart {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: HostContext;
}

/**
 * Answers `POST /admin/functions/{name}` with the body `{"input": "text"}`: 202 as soon as the function has been started,
 * whatever becomes of it. HTTP functions have their own address. Never rejects.
 */
export async function startManually(entry: CatalogEntry, { request, response, context }: ManualStart): Promise<void> {
  const input = await readInput(request).catch((error: unknown) => error as Error);
  const { served } = entry;
  const trigger = typeof input === "string" ? served?.extension.manualInput(served.fn, input) : undefined;
  if (input instanceof Error) answerJson(response, 400, { message: input.message });
  else if (!served)
    answerJson(response, 400, { message: `The function '${entry.name}' is in error: ${entry.error ?? ""}` });
  else if (!trigger) answerJson(response, 400, { message: refusal(entry.name, served.extension.triggerType) });
  else {
    context.invoker.run(served.fn, trigger).catch(() => undefined); // the invoker has logged the failure
    answerEmpty(response, 202);
  }
}

function refusal(name: string, triggerType: string): string {
  const instead = triggerType === "httpTrigger" ? "call its own URL" : `cause what its ${triggerType} waits for`;
  return `The function '${name}' cannot be started here: ${instead}`;
}

async function readInput(request: IncomingMessage): Promise<string> {
  const bytes = await readBody(request, LONGEST_BODY);
  if (!bytes) throw new Error(`The body must not be longer than ${LONGEST_BODY} bytes`);
  const text = bytes.toString("utf8");
  if (text === "") return "";
  const body: unknown = JSON.parse(text);
  const input = isJsonObject(body) ? (body["input"] ?? "") : undefined;
  if (typeof input !== "string") throw new Error('The body must be like {"input": "text"}');
  return input;
}
