import { randomUUID } from "node:crypto";
import { until } from "../../../support/until.ts";

interface Status {
  readonly instanceId: string;
  readonly runtimeStatus: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly customStatus: unknown;
  readonly historyEvents?: readonly { readonly EventType: string; readonly FunctionName?: string }[];
}

/** The orchestrations of a running host, over its management API. */
export interface Orchestrations {
  /** Returns the id. */
  start(name: string, input?: unknown, options?: { id?: string; version?: string }): Promise<string>;
  status(id: string): Promise<Status>;
  /** Waits until it has ended. */
  end(id: string): Promise<Status>;
  run(name: string, input?: unknown): Promise<Status>;
  /** Waits until its status is that. */
  becomes(id: string, runtimeStatus: string): Promise<Status>;
  raise(id: string, event: string, value: unknown): Promise<void>;
  /** terminate, suspend, resume. */
  change(id: string, verb: string): Promise<void>;
  signal(entity: string, operation: string, input?: unknown): Promise<void>;
  entityState(entity: string): Promise<unknown>;
}

export function orchestrationsOf(url: string): Orchestrations {
  const base = `${url}/runtime/webhooks/durabletask`;

  async function post(path: string, body: unknown): Promise<void> {
    const response = await fetch(`${base}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body ?? null),
    });
    if (response.status !== 202) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  }

  async function status(id: string): Promise<Status> {
    const response = await fetch(`${base}/instances/${id}?showHistory=true&showHistoryOutput=true`);
    if (response.status === 404) return unknown(id);
    return (await response.json()) as Status;
  }

  async function becomes(id: string, runtimeStatus: string): Promise<Status> {
    await until(async () => (await status(id)).runtimeStatus === runtimeStatus, `"${id}" to be ${runtimeStatus}`);
    return status(id);
  }

  async function end(id: string): Promise<Status> {
    const isEnded = async () => !/Unknown|Pending|Running|Suspended/.test((await status(id)).runtimeStatus);
    await until(isEnded, `"${id}" to end`);
    return status(id);
  }

  const start: Orchestrations["start"] = async (name, input, { id = randomUUID(), version } = {}) => {
    await post(`orchestrators/${name}/${id}${version === undefined ? "" : `?version=${version}`}`, input);
    return id;
  };
  return {
    start,
    status,
    end,
    becomes,
    run: async (name, input) => end(await start(name, input)),
    raise: async (id, event, value) => post(`instances/${id}/raiseEvent/${event}`, value),
    change: async (id, verb) => post(`instances/${id}/${verb}?reason=because`, undefined),
    signal: async (entity, operation, input) => post(`entities/${entity}?op=${operation}`, input),
    async entityState(entity) {
      const response = await fetch(`${base}/entities/${entity}`);
      return response.ok ? await response.json() : undefined;
    },
  };
}

function unknown(instanceId: string): Status {
  return { instanceId, runtimeStatus: "Unknown", input: null, output: null, customStatus: null };
}
