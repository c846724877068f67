import type { HostProcess, HostProcessOptions } from "../../../support/host-process.ts";
import { startHostProcess } from "../../../support/host-process.ts";
import { until } from "../../../support/until.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON; undefined when it is empty. */
  readonly body: unknown;
}

export interface StatusBody {
  readonly runtimeStatus: string;
  readonly output: unknown;
  readonly input: unknown;
  readonly historyEvents?: readonly Record<string, unknown>[];
}

export interface ClientApp {
  readonly host: HostProcess;
  /** Calls a method of the SDK's client inside the app; rejects with what it threw. */
  call(method: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Sends a request like `GET instances` below `/runtime/webhooks/durabletask/`. A body that is no text is JSON. */
  api(request: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  reaches(id: string, status: string): Promise<StatusBody>;
}

/** A host for the sample app that has a Durable client. */
export async function startClientApp(options: Partial<HostProcessOptions> = {}): Promise<ClientApp> {
  const host = await startHostProcess({ app: "durable-client", ...options });
  return clientApp(host);
}

function clientApp(host: HostProcess): ClientApp {
  const api: ClientApp["api"] = async (request, body, headers = {}) => {
    const [method = "", path = ""] = request.split(" ");
    const sent = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const url = `${host.url}/runtime/webhooks/durabletask/${path}`;
    return replyOf(await fetch(url, { method, headers: { ...type, ...headers }, ...sent }));
  };
  return {
    host,
    api,
    async call(method, ...args) {
      const response = await fetch(`${host.url}/api/client`, {
        method: "POST",
        body: JSON.stringify({ method, args }),
      });
      const { result, error } = (await response.json()) as { result?: unknown; error?: string };
      if (error !== undefined) throw new Error(error);
      return result;
    },
    reaches: (id, status) =>
      until(async () => {
        const { body } = await api(`GET instances/${id}?showHistory=true&showHistoryOutput=true`);
        return (body as StatusBody | undefined)?.runtimeStatus === status ? (body as StatusBody) : undefined;
      }, `${id} to be ${status}; the host printed:\n${host.output()}`),
  };
}

export async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  const { status, headers } = response;
  if (text === "") return { status, headers, body: undefined };
  const isJson = headers.get("content-type")?.startsWith("application/json") === true;
  return { status, headers, body: isJson ? JSON.parse(text) : text };
}
