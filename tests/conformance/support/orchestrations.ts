import { until } from "../../local/host/support/until.ts";
import type { ConformanceHost } from "./conformance-host.ts";

/** An instance as the status API shows it. */
export interface Status {
  readonly name: string;
  readonly instanceId: string;
  readonly runtimeStatus: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly customStatus: unknown;
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
  readonly historyEvents?: readonly Readonly<Record<string, unknown>>[];
}

/** What starting an instance answers: its id and where it is looked after. */
export interface Started {
  readonly id: string;
  readonly statusQueryGetUri: string;
  readonly sendEventPostUri: string;
  readonly terminatePostUri: string;
  readonly rewindPostUri: string;
  readonly purgeHistoryDeleteUri: string;
  readonly restartPostUri: string;
  readonly suspendPostUri: string;
  readonly resumePostUri: string;
}

export interface Orchestrations {
  /** Starts an instance by the app's own HTTP function. Throws unless that answers 202. */
  readonly start: (name: string, input?: unknown, options?: StartOptions) => Promise<Started>;
  /** Starts an instance and waits for its end, however it ends. */
  readonly run: (name: string, input?: unknown, options?: StartOptions) => Promise<Status>;
  /** As `run`, for those that must succeed: their output. */
  readonly outputOf: (name: string, input?: unknown) => Promise<unknown>;
  readonly status: (instance: Pick<Started, "statusQueryGetUri">, query?: string) => Promise<Status>;
  readonly ended: (instance: Started) => Promise<Status>;
  /** Waits until an instance is in a state, as a condition on its status says. */
  readonly waitFor: (instance: Started, condition: (status: Status) => boolean, what: string) => Promise<Status>;
  readonly raise: (instance: Started, event: string, data?: unknown) => Promise<Response>;
  /** The kinds of events in an instance's history, in order. */
  readonly history: (instance: Started) => Promise<readonly string[]>;
  /** Calls a method of the durable client in the app. Rejects with its error. */
  readonly client: <T = unknown>(method: string, args?: object) => Promise<T>;
}

interface StartOptions {
  readonly id?: string;
  readonly version?: string;
}

const ENDED = new Set(["Completed", "Failed", "Terminated", "Canceled"]);

/** Drives the sample app's orchestrations as its clients do. */
export function orchestrationsOf(host: ConformanceHost): Orchestrations {
  async function start(name: string, input?: unknown, { id, version }: StartOptions = {}): Promise<Started> {
    const path = [`start/${name}`, ...(id === undefined ? [] : [id])].join("/");
    const answer = await host.api(version === undefined ? path : `${path}?version=${version}`, {
      method: "POST",
      ...(input === undefined ? {} : { body: JSON.stringify(input) }),
    });
    if (answer.status !== 202)
      throw new Error(`Starting ${name} was answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Started;
  }
  async function status({ statusQueryGetUri }: Pick<Started, "statusQueryGetUri">, query = ""): Promise<Status> {
    const answer = await fetch(`${statusQueryGetUri}${query}`);
    if (!answer.ok) throw new Error(`The status was answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Status;
  }
  async function waitFor(instance: Started, condition: (status: Status) => boolean, what: string): Promise<Status> {
    let last: Status | undefined;
    try {
      return await until(async () => {
        last = await status(instance);
        return condition(last) ? last : undefined;
      }, what);
    } catch (error) {
      throw new Error(`${(error as Error).message}; it is ${JSON.stringify(last)}`, { cause: error });
    }
  }
  const ended = async (instance: Started) =>
    waitFor(instance, ({ runtimeStatus }) => ENDED.has(runtimeStatus), `the end of ${instance.id}`);
  const run = async (name: string, input?: unknown, options?: StartOptions) => ended(await start(name, input, options));
  return {
    start,
    run,
    status,
    waitFor,
    ended,
    async outputOf(name, input) {
      const { runtimeStatus, output } = await run(name, input);
      if (runtimeStatus !== "Completed") throw new Error(`${name} is ${runtimeStatus}: ${JSON.stringify(output)}`);
      return output;
    },
    raise: async ({ sendEventPostUri }, event, data) =>
      fetch(sendEventPostUri.replace("{eventName}", event), {
        method: "POST",
        headers: { "content-type": "application/json" },
        ...(data === undefined ? {} : { body: JSON.stringify(data) }),
      }),
    async history(instance) {
      const { historyEvents = [] } = await status(instance, "&showHistory=true");
      return historyEvents.map(({ EventType }) => String(EventType));
    },
    async client<T>(method: string, args: object = {}) {
      const answer = await host.api(`client/${method}`, { method: "POST", body: JSON.stringify(args) });
      const { value, error } = (await answer.json()) as { value?: T; error?: string };
      if (error !== undefined) throw new Error(error);
      return value as T;
    },
  };
}
