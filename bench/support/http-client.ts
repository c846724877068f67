import { Agent, request } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpClient {
  send(method: string, url: string, options?: SendOptions): Promise<Answer>;
  close(): void;
}

interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
}

/** So many connections that stay open, as the SDKs have: `fetch` costs the client half a millisecond of its own. */
export function createHttpClient(sockets: number): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  return {
    async send(method, url, { headers = {}, body } = {}) {
      const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
      const type = body === undefined ? {} : { "content-type": "application/json" };
      return new Promise((resolve, reject) => {
        const sent = request(url, { agent, method, headers: { ...type, ...length, ...headers } }, (answer) => {
          const { statusCode: status = 0, headers: answered } = answer;
          text(answer).then((received) => {
            resolve({ status, headers: answered, body: received });
          }, reject);
        });
        sent.on("error", reject).end(body);
      });
    },
    close() {
      agent.destroy();
    },
  };
}

/** @throws Error when it is not this status: what was measured would be something else */
export function requireStatus({ status, body }: Answer, wanted: number): void {
  if (status !== wanted) throw new Error(`Cannot measure: ${status} instead of ${wanted}: ${body}`);
}
