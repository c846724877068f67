import type { ServerResponse } from "node:http";
import { answerEmpty, answerJson } from "../../server/answer.ts";

/** What a request is answered with: JSON unless `body` is undefined. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function writeAnswer(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (body === undefined) answerEmpty(response, status);
  else answerJson(response, status, body);
}

/** An error in the form of the Durable extension. */
export function refusal(status: number, message: string, cause?: string): Answer {
  const body = cause === undefined ? { Message: message } : { Message: message, ExceptionMessage: cause };
  return { status, body };
}

/** A request that cannot be understood. */
export class BadRequest extends Error {}
