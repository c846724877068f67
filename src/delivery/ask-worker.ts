import { fetch } from "undici";
import type { Response } from "undici";
import { MillraceError } from "../platform/errors.ts";
import { parseRetryAfter } from "../platform/guarded-fetch-errors.ts";
import { readWithin } from "../platform/read-within.ts";
import type { SignatureHeaders } from "./sign.ts";

/** What a worker answers. */
export type WorkerAnswer =
  | { readonly outcome: "answered"; readonly output: unknown }
  /** It is at work, and calls back, or says where to ask. */
  | { readonly outcome: "atWork"; readonly askAt: string | undefined; readonly retryAfterMs: number | undefined };

export interface WorkerCall {
  /** Its name, for messages: addresses can be secrets. */
  readonly worker: string;
  readonly url: string;
  readonly headers: SignatureHeaders;
  readonly body: string;
  readonly maxBytes: number;
  readonly abortSignal: AbortSignal;
}

/**
 * Sends a worker its work.
 *
 * @throws MillraceError EXTERNAL_WORKER_UNAVAILABLE (worth another try), EXTERNAL_WORKER_REFUSED,
 * EXTERNAL_ANSWER_INVALID; the reason of the signal when it fires
 */
export async function callWorker(call: WorkerCall): Promise<WorkerAnswer> {
  const headers = { ...call.headers, "content-type": "application/json" };
  return exchange(call, { method: "POST", headers, body: call.body });
}

export type WorkerQuestion = Omit<WorkerCall, "body"> & { readonly askAt: string };

/**
 * Asks a worker where it said that it can be asked: on the origin that it has now, should it have moved since.
 *
 * @param question `url`: where the worker is called
 * @throws as `callWorker()` does
 */
export async function askWorker({ askAt, ...question }: WorkerQuestion): Promise<WorkerAnswer> {
  const { pathname, search } = new URL(askAt);
  const { href: url } = new URL(pathname + search, new URL(question.url).origin);
  return exchange({ ...question, url }, { method: "GET", headers: question.headers });
}

type Call = Omit<WorkerCall, "body" | "headers">;

/** Redirects are not followed: what is signed is for the address that the operator named. */
async function exchange(call: Call, init: NonNullable<Parameters<typeof fetch>[1]>): Promise<WorkerAnswer> {
  const { worker, url, abortSignal } = call;
  try {
    const { headers } = init;
    const response = await fetch(url, {
      ...init,
      headers: { ...(headers as Record<string, string>), accept: "application/json", "user-agent": "millrace" },
      redirect: "manual",
      signal: abortSignal,
    });
    return await readAnswer(call, response);
  } catch (thrown) {
    if (thrown instanceof MillraceError) throw thrown;
    abortSignal.throwIfAborted();
    throw new MillraceError("EXTERNAL_WORKER_UNAVAILABLE", `The worker "${worker}" cannot be reached`, {
      cause: thrown,
    });
  }
}

async function readAnswer(call: Call, response: Response): Promise<WorkerAnswer> {
  const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), Date.now());
  if (response.status === 202) {
    await response.body?.cancel();
    return { outcome: "atWork", askAt: askAtOf(call, response.headers.get("location")), retryAfterMs };
  }
  if (response.ok) return { outcome: "answered", output: parseOutput(call, await readBytes(call, response)) };
  await response.body?.cancel();
  throw refusalOf(call, response.status, retryAfterMs);
}

/** What a server's fault, 408 and 429 mean may pass; any other answer is the worker's last word. */
function refusalOf({ worker }: Call, status: number, retryAfterMs: number | undefined): MillraceError {
  const details = { status };
  const mayPass = status >= 500 || status === 408 || status === 429;
  return mayPass
    ? new MillraceError("EXTERNAL_WORKER_UNAVAILABLE", `The worker "${worker}" answered ${status}`, {
        details,
        retryAfterMs,
      })
    : new MillraceError("EXTERNAL_WORKER_REFUSED", `The worker "${worker}" answered ${status}`, { details });
}

/** @throws MillraceError EXTERNAL_ANSWER_INVALID when it leads anywhere else than to the worker itself */
function askAtOf({ worker, url }: Call, location: string | null): string | undefined {
  if (location === null) return undefined;
  const askAt = URL.canParse(location, url) ? new URL(location, url) : undefined;
  if (askAt?.origin === new URL(url).origin && askAt.href.length <= MAX_ADDRESS_CHARACTERS) return askAt.href;
  throw new MillraceError(
    "EXTERNAL_ANSWER_INVALID",
    `The worker "${worker}" named a Location that is not its own: it must be on the origin that it was called at`,
  );
}

/** As long as addresses in payloads may be. */
const MAX_ADDRESS_CHARACTERS = 2048;

async function readBytes({ worker, maxBytes }: Call, response: Response): Promise<Buffer> {
  const bytes = await readWithin(response, maxBytes);
  if (bytes) return bytes;
  throw new MillraceError(
    "EXTERNAL_ANSWER_INVALID",
    `The answer of the worker "${worker}" is larger than ${maxBytes} bytes`,
  );
}

function parseOutput({ worker }: Call, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch (thrown) {
    throw new MillraceError("EXTERNAL_ANSWER_INVALID", `The answer of the worker "${worker}" is no JSON`, {
      cause: thrown,
    });
  }
}
