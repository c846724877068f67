import type { ServerResponse } from "node:http";
import type { Section } from "../../config/host-json.ts";

export interface ThrottleOptions {
  /** How many requests may wait or run; more are refused. Infinity: any number. */
  readonly maxOutstanding: number;
  /** How many of them may run. Infinity: any number. */
  readonly maxConcurrent: number;
}

export interface RequestThrottle {
  /** Runs `serve` when its turn comes, until the response is closed. Returns false, and does nothing, above the limit. */
  admit(response: ServerResponse, serve: () => void): boolean;
}

/** `maxOutstandingRequests` and `maxConcurrentRequests` of host.json; -1, the default outside Azure, means no limit. */
export function readThrottleOptions(section: Section): ThrottleOptions {
  const limit = (key: string): number => {
    const value = section.integer(key, { min: -1 }) ?? -1;
    if (value === 0) throw new Error(`extensions.http.${key} must be -1 (no limit) or at least 1, found 0`);
    return value === -1 ? Infinity : value;
  };
  return { maxOutstanding: limit("maxOutstandingRequests"), maxConcurrent: limit("maxConcurrentRequests") };
}

/** Requests wait in the order of their coming. A client that goes away while it waits frees its place. */
export function createRequestThrottle({ maxOutstanding, maxConcurrent }: ThrottleOptions): RequestThrottle {
  const waiting = new Map<ServerResponse, () => void>();
  let running = 0;

  function begin(response: ServerResponse, serve: () => void): void {
    running += 1;
    response.once("close", () => {
      running -= 1;
      const [next] = waiting;
      if (!next) return;
      waiting.delete(next[0]);
      begin(...next);
    });
    serve();
  }

  return {
    admit(response, serve) {
      if (running + waiting.size >= maxOutstanding) return false;
      if (running < maxConcurrent) begin(response, serve);
      else {
        waiting.set(response, serve);
        response.once("close", () => waiting.delete(response));
      }
      return true;
    },
  };
}
