import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { forwardRequest } from "../../support/forward-request.ts";
import { startHttpServer } from "../../support/http-server.ts";
import type { CommitLog } from "./commit-log.ts";

const SERVICES = ["Blob", "Queue", "Table", "Model"] as const;

/** One request of the process behind the proxy. */
export interface Call {
  readonly service: (typeof SERVICES)[number];
  readonly method: string;
  /** Path and query, without the account. */
  readonly path: string;
  readonly body: string;
}

/** Before a call is carried out, or after, while its answer is withheld. */
export type Moment = "before" | "after";

/** What happens to a call at this moment; it waits there for as long as the rule takes. */
export type Rule = (call: Call, moment: Moment) => Verdict | Promise<Verdict>;
export type Verdict = "go on" | "cut";

export interface FaultProxy {
  /** The settings of a process that has no other way out than this proxy. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves when nothing is on its way any more. */
  idle(): Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface FaultProxyOptions {
  /** The life whose way out it is: what it writes is noted under this name. */
  readonly by: string;
  /** The account's connection string. */
  readonly account: string;
  /** Where the model provider is. */
  readonly modelOrigin: string;
  readonly log: CommitLog;
  readonly rule?: Rule;
}

/** Stands between one process and all that is outside of it: the three services of a storage account, and the model. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const underWay = new Set<Promise<void>>();
  const doors = await Promise.all(
    SERVICES.map(async (service) => {
      const target = targetOf(service, options);
      const server = await startHttpServer((request, response) => {
        const passing = pass({ service, target, options }, request, response)
          .catch(() => response.destroy()) // Nobody is there, on one side or the other.
          .then(() => void underWay.delete(passing));
        underWay.add(passing);
      });
      return { service, target, server };
    }),
  );
  const throughProxy = doors.reduce(
    (account, { service, target, server }) =>
      account.replace(`${service}Endpoint=${target}`, `${service}Endpoint=${server.origin}`),
    options.account,
  );
  const model = doors.find(({ service }) => service === "Model");
  return {
    environment: {
      AzureWebJobsStorage: throughProxy,
      OPENAI_API_KEY: "none",
      OPENAI_BASE_URL: `${model?.server.origin ?? ""}/v1`,
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async stop() {
      await Promise.all(doors.map(async ({ server }) => server.stop()));
    },
  };
}

function targetOf(service: Call["service"], { account, modelOrigin }: FaultProxyOptions): string {
  if (service === "Model") return modelOrigin;
  return new RegExp(`${service}Endpoint=(http://[^/;]+)`).exec(account)?.[1] ?? "";
}

interface Door {
  readonly service: Call["service"];
  readonly target: string;
  readonly options: FaultProxyOptions;
}

async function pass({ service, target, options }: Door, request: IncomingMessage, response: ServerResponse) {
  const { by, log, rule = () => "go on" } = options;
  const { method = "", url = "" } = request;
  const body = await buffer(request);
  const path = service === "Model" ? url : url.replace(/^\/[^/]+\//, "");
  const call = { service, method, path, body: body.toString() };
  if ((await rule(call, "before")) === "cut") {
    response.destroy();
    return;
  }
  const carryOut = async () => forwardRequest(request, target + url, body);
  const answer = isRowWrite(call) ? await log.write(by, carryOut) : await carryOut();
  if (answer.status < 300) noteBlob(call, options);
  if ((await rule(call, "after")) === "cut") response.destroy();
  else response.writeHead(answer.status, answer.headers).end(answer.body);
}

function noteBlob({ service, method, path, body }: Call, { by, log }: FaultProxyOptions): void {
  const [, name] = /^millrace\/([^?]+)/.exec(path) ?? [];
  if (service !== "Blob" || name === undefined || (method !== "PUT" && method !== "DELETE")) return;
  log.noteBlob({ by, name: decodeURIComponent(name), text: method === "PUT" ? body : undefined });
}

export function isRowWrite({ service, method, path }: Call): boolean {
  return service === "Table" && method !== "GET" && path !== "Tables";
}

/** For people: without what is new in every run. */
export function describeCall({ service, method, path }: Call): string {
  const plain = decodeURIComponent(path)
    .replace(/\b(job|op)_[0-9a-z]+/g, "$1")
    .replace(/\/[0-9a-hjkmnp-tv-z]{26}\//g, "/claim/")
    .replace(/[?(].*/, "");
  return `${service} ${method} ${plain}`;
}
