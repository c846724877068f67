import { fieldsOf, textOf } from "./actions.ts";
import type { Action } from "./decision.ts";
import type { Replay } from "./replay.ts";
import type { Task } from "./task.ts";
import { startTimer } from "./timers.ts";

/** The activity that makes the request. Source: the Durable extension's HttpOptions. */
export const HTTP_ACTIVITY = "BuiltIn::HttpActivity";

type HttpRequest = Readonly<Record<string, unknown>>;

/** The request; and, if it is wanted and the answer is 202 with a Location, polling there until the answer is another. */
export function callHttp(replay: Replay, action: Action): Task {
  const whole = replay.tasks.create();
  const send = (request: HttpRequest): void => {
    const call = replay.log.open((id) => ({ kind: "scheduleTask", id, name: HTTP_ACTIVITY, input: request }));
    call.whenSettled((outcome) => {
      const poll = outcome.succeeded ? pollAfter(request, outcome.result) : undefined;
      if (poll === undefined) {
        whole.settle(outcome);
        return;
      }
      const delayMs = poll.retryAfterMs ?? replay.rules.defaultHttpSleepMs;
      startTimer(replay, replay.now + delayMs).whenSettled(() => {
        send(poll.request);
      });
    });
  };
  send(fieldsOf(action, "httpRequest"));
  return whole;
}

interface Poll {
  readonly request: HttpRequest;
  readonly retryAfterMs: number | undefined;
}

function pollAfter(request: HttpRequest, result: string | null): Poll | undefined {
  const response = JSON.parse(result ?? "null") as { statusCode?: unknown; headers?: unknown } | null;
  if (request["asynchronousPatternEnabled"] !== true || response?.statusCode !== 202) return undefined;
  const location = headerOf(response.headers, "location");
  if (!location) return undefined;
  return {
    retryAfterMs: secondsToMs(headerOf(response.headers, "retry-after")),
    request: {
      method: "GET",
      uri: resolve(location, textOf(request, "uri")),
      headers: withoutKey(request["headers"]),
      tokenSource: request["tokenSource"],
      asynchronousPatternEnabled: true,
    },
  };
}

/** Left as it is when it cannot be resolved: the request to it then says what is wrong. */
function resolve(location: string, base: string): string {
  return URL.canParse(location, base) ? new URL(location, base).href : location;
}

/** Undefined for a date: the SDK does not understand one either. */
function secondsToMs(seconds: string | undefined): number | undefined {
  const ms = Math.round(Number(seconds?.trim() || "none") * 1000);
  return ms >= 0 ? ms : undefined;
}

function headerOf(headers: unknown, name: string): string | undefined {
  const [, value] = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name) ?? [];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" || typeof first === "number" ? String(first) : undefined;
}

/** A key is good for the function first called; where it sends us asks for another. Source: the Durable extension. */
function withoutKey(headers: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== "x-functions-key"));
}
