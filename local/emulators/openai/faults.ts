import { setTimeout as delay } from "node:timers/promises";
import { ApiError, rateLimited, serverError } from "./errors.ts";

/**
 * Lets a test make one request fail. The request asks for it in its `x-emulator-fault` header, parts divided by
 * semicolons: a status (`500`, `429;retry-after=2`, the delay in seconds) and `delay=MS`, which waits first.
 *
 * Rejects with the error to answer, and with a 400 for a header nobody can read.
 */
export async function applyFault(header: string | undefined): Promise<void> {
  if (header === undefined) return;
  const { status, delayMs, retryAfterSeconds } = parseFault(header);
  if (delayMs !== undefined) await delay(delayMs);
  if (status === undefined) return;
  throw status === 429 ? rateLimited(retryAfterSeconds) : serverError(status);
}

interface Fault {
  readonly status?: number;
  readonly delayMs?: number;
  readonly retryAfterSeconds?: number;
}

function parseFault(header: string): Fault {
  return Object.assign({}, ...header.split(";").map((part) => parsePart(part.trim()))) as Fault;
}

function parsePart(part: string): Fault {
  const [, name, value] = /^(delay|retry-after)=(\d+)$/.exec(part) ?? /^()([45]\d\d)$/.exec(part) ?? [];
  if (value === undefined) {
    throw new ApiError(400, { message: `Cannot read fault "${part}": expected 429, 500, retry-after=2 or delay=100` });
  }
  if (name === "delay") return { delayMs: Number(value) };
  return name === "retry-after" ? { retryAfterSeconds: Number(value) } : { status: Number(value) };
}
