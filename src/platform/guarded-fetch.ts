import { Agent, fetch } from "undici";
import type { Response } from "undici";
import { MillraceError } from "./errors.ts";
import { networkError, statusError, timeoutError, tooManyRedirects } from "./guarded-fetch-errors.ts";
import { createPublicLookup, resolveWithSystem } from "./guarded-fetch-lookup.ts";
import type { ResolveName } from "./guarded-fetch-lookup.ts";
import { checkUrl, isAllowedOrigin } from "./public-address.ts";
import { readWithin } from "./read-within.ts";

export interface GuardedFetchOptions {
  /** Origins the operator trusts wherever they lead, such as a storage emulator's `http://127.0.0.1:10000`. */
  readonly allowedOrigins: readonly string[];
  /** For the whole download, redirects included. Default 60,000. */
  readonly timeoutMs?: number;
  /** Of the content, after decompression. Default 100 MiB. */
  readonly maxBytes?: number;
  /** Default 3. */
  readonly maxRedirects?: number;
  /** Finds every address of a name; the system's resolver by default. */
  readonly lookup?: ResolveName;
}

export interface DownloadOptions {
  /** Media types that are wanted, such as `application/pdf`, or `image/` for all of a kind. Default: any. */
  readonly accept?: readonly string[];
  /** Takes the place of the general cap. */
  readonly maxBytes?: number;
  readonly abortSignal?: AbortSignal | undefined;
}

export interface Downloaded {
  readonly bytes: Buffer;
  /** Without parameters, in lower case; empty when the server did not say. */
  readonly contentType: string;
  readonly finalUrl: string;
}

export type Download = (url: string, options?: DownloadOptions) => Promise<Downloaded>;

type Settings = Required<GuardedFetchOptions>;

const DEFAULTS = { timeoutMs: 60_000, maxBytes: 100 * 1_024 * 1_024, maxRedirects: 3, lookup: resolveWithSystem };

/**
 * Makes the function that reads URLs which somebody else chose. It reaches the public Internet and `allowedOrigins`,
 * nothing else: the URL is checked on every hop, and every address a name resolves to is checked as it is connected to.
 * No cookies, no credentials, no connection outlives its download.
 *
 * @throws MillraceError `URL_FORBIDDEN` before any byte is sent there, `DOWNLOAD_FAILED` (worth a retry),
 * `DOWNLOAD_REFUSED`, `DOWNLOAD_TOO_LARGE`, `DOWNLOAD_TYPE_MISMATCH`; or the reason of `abortSignal`.
 */
export function createGuardedFetch(options: GuardedFetchOptions): Download {
  const settings = { ...DEFAULTS, ...options };
  return async (url, wanted = {}) => {
    wanted.abortSignal?.throwIfAborted();
    const deadline = startDeadline(settings.timeoutMs, wanted.abortSignal);
    const network = openNetwork(settings);
    try {
      const { response, finalUrl } = await follow(url, { settings, network, signal: deadline.signal });
      const contentType = checkAnswer(response, wanted.accept);
      const bytes = await readBody(response, wanted.maxBytes ?? settings.maxBytes);
      return { bytes, contentType, finalUrl };
    } catch (thrown) {
      if (thrown instanceof MillraceError) throw thrown;
      deadline.signal.throwIfAborted();
      throw networkError(thrown);
    } finally {
      deadline.clear();
      await network.close();
    }
  };
}

interface Deadline {
  readonly signal: AbortSignal;
  readonly clear: () => void;
}

/** Not `AbortSignal.any([AbortSignal.timeout()])`: Node 20 may collect that as garbage before it fires. */
function startDeadline(timeoutMs: number, abortSignal: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(timeoutError(timeoutMs));
  }, timeoutMs);
  const onAbort = (): void => {
    controller.abort(abortSignal?.reason);
  };
  abortSignal?.addEventListener("abort", onAbort);
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      abortSignal?.removeEventListener("abort", onAbort);
    },
  };
}

interface Network {
  readonly agentFor: (url: URL) => Agent;
  readonly close: () => Promise<void>;
}

/** One agent that connects to public addresses only, and one for the origins that may be anywhere. */
function openNetwork({ allowedOrigins, lookup, timeoutMs }: Settings): Network {
  const guarded = new Agent({ connect: { lookup: createPublicLookup(lookup), timeout: timeoutMs } });
  const trusted = new Agent({ connect: { timeout: timeoutMs } });
  return {
    agentFor: (url) => (isAllowedOrigin(url, allowedOrigins) ? trusted : guarded),
    async close() {
      await Promise.all([guarded.destroy(), trusted.destroy()]);
    },
  };
}

interface Journey {
  readonly settings: Settings;
  readonly network: Network;
  readonly signal: AbortSignal;
}

async function follow(url: string, journey: Journey): Promise<{ response: Response; finalUrl: string }> {
  const { settings, network, signal } = journey;
  let next = checkUrl(url, settings);
  for (let redirects = 0; ; redirects += 1) {
    const response = await fetch(next, {
      dispatcher: network.agentFor(next),
      headers: { "user-agent": "millrace" },
      credentials: "omit",
      redirect: "manual",
      signal,
    });
    const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
    if (location === null) return { response, finalUrl: next.href };
    if (redirects === settings.maxRedirects) throw tooManyRedirects(redirects);
    await response.body?.cancel();
    next = checkUrl(URL.canParse(location, next.href) ? new URL(location, next).href : "", settings);
  }
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Returns the media type of an answer that is wanted. */
function checkAnswer(response: Response, accept: readonly string[] | undefined): string {
  if (!response.ok) throw statusError(response);
  const contentType = (response.headers.get("content-type") ?? "").split(";", 1).join("").trim().toLowerCase();
  const fits = (wanted: string): boolean =>
    wanted.endsWith("/") ? contentType.startsWith(wanted) : contentType === wanted;
  if (!accept || accept.some(fits)) return contentType;
  throw new MillraceError(
    "DOWNLOAD_TYPE_MISMATCH",
    `Cannot use the download: it is "${contentType.slice(0, 100)}", wanted was ${accept.map((type) => `"${type}"`).join(" or ")}`,
    { details: { contentType: contentType.slice(0, 100), accept } },
  );
}

/** Reads until the cap and no further: `fetch` hands out decompressed bytes. */
async function readBody(response: Response, maxBytes: number): Promise<Buffer> {
  const bytes = await readWithin(response, maxBytes);
  if (bytes) return bytes;
  throw new MillraceError("DOWNLOAD_TOO_LARGE", `Cannot download: the content is larger than ${maxBytes} bytes`, {
    details: { maxBytes },
  });
}
