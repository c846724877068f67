import { TableClient } from "@azure/data-tables";
import { HttpRequest, InvocationContext } from "@azure/functions";
import type { HttpResponseInit } from "@azure/functions";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { createApp, withOrchestrations } from "../../src/app.ts";
import type { App } from "../../src/app.ts";
import { createBatchPoisonReader, createBatchReceiver } from "../../src/batches/receive-batch-message.ts";
import { createHandler } from "../../src/http/handler.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { createIntake } from "../../src/intake/intake.ts";
import { createPoisonReader } from "../../src/jobs/work/poison.ts";
import { createWorker, openWorkSource } from "../../src/jobs/work/worker.ts";
import type { WorkSource } from "../../src/jobs/work/worker.ts";
import { systemClock } from "../../src/platform/clock.ts";
import type { Clock } from "../../src/platform/clock.ts";
import type { Orchestrations } from "../../src/platform/orchestrations.ts";
import { jobQueues } from "../../src/platform/queue-table.ts";
import { readSettings } from "../../src/platform/settings.ts";
import type { StorageHttpClient } from "../../src/platform/storage.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import { takeStorageAccount } from "./storage-account.ts";
import { createTaskHub } from "./task-hub.ts";
import type { TaskHub, TaskHubOptions } from "./task-hub.ts";

const ORIGIN = "http://localhost:7071";

export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly bytes: Buffer;
  /** The body as JSON. */
  readonly json: Record<string, unknown>;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; text and bytes as they are. */
  readonly body?: unknown;
}

export interface TestApp {
  readonly app: App;
  readonly connectionString: string;
  /** Where the app's orchestrations run; `deliver()` waits until they have nothing left to do. */
  readonly hub: TaskHub;
  /** Calls the function that the host would call for this request. */
  request(method: string, path: string, options?: RequestOptions): Promise<TestResponse>;
  /** The bodies of a queue's visible messages, without taking them. */
  peek(queueName: string): Promise<string[]>;
  /** Takes every visible message of a queue and gives it to its function, as the host does. Returns how many. */
  deliver(queueName: string): Promise<number>;
  /** Takes every visible message of a queue and throws it away. Returns how many. */
  drop(queueName: string): Promise<number>;
  /** How many messages a queue has, hidden ones included; none if it does not exist. */
  countMessages(queueName: string): Promise<number>;
  /** How many rows, blobs and visible messages there are. */
  countStored(): Promise<number>;
}

export interface TestAppOptions {
  readonly profiles?: readonly Profile[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** What sends the requests to storage. */
  readonly httpClient?: StorageHttpClient;
  /** Comes between the task hub and the activity. */
  readonly carryOut?: TaskHubOptions["carryOut"];
  /** In place of the task hub. */
  readonly orchestrations?: Orchestrations;
}

/** The real app, on a storage account of its own or the one it is given, called as the host would call it. */
export async function createTestApp({
  profiles,
  environment = {},
  clock = systemClock,
  httpClient,
  carryOut,
  orchestrations,
}: TestAppOptions = {}): Promise<TestApp> {
  const connectionString = environment["AzureWebJobsStorage"] ?? takeStorageAccount();
  const settings = readSettings({ AzureWebJobsStorage: connectionString, OPENAI_API_KEY: "none", ...environment });
  const hub = createTaskHub({ app: () => app, ...(carryOut && { carryOut }) });
  const app: App = withOrchestrations(
    Object.assign(createApp(settings, profiles, httpClient), { clock }),
    orchestrations ?? hub.orchestrations,
  );
  await app.storage.prepare();
  const queueService = QueueServiceClient.fromConnectionString(connectionString, httpClient && { httpClient });
  return {
    app,
    connectionString,
    hub,
    request: async (method, path, options) => call(app, new URL(path, ORIGIN), { method, ...options }),
    async peek(queueName) {
      const { peekedMessageItems } = await queueService
        .getQueueClient(queueName)
        .peekMessages({ numberOfMessages: 32 });
      return peekedMessageItems.map(({ messageText }) => Buffer.from(messageText, "base64").toString());
    },
    async deliver(queueName) {
      const queue = queueService.getQueueClient(queueName);
      const receive = receiverOf(app, queueName);
      const { receivedMessageItems: messages } = await queue.receiveMessages({
        numberOfMessages: 32,
        visibilityTimeout: 600,
      });
      for (const { messageId, messageText, popReceipt } of messages) {
        await receive(parsed(Buffer.from(messageText, "base64").toString()), messageId);
        await queue.deleteMessage(messageId, popReceipt);
      }
      await hub.idle();
      return messages.length;
    },
    async drop(queueName) {
      const queue = queueService.getQueueClient(queueName);
      const { receivedMessageItems: messages } = await queue.receiveMessages({ numberOfMessages: 32 });
      for (const { messageId, popReceipt } of messages) await queue.deleteMessage(messageId, popReceipt);
      return messages.length;
    },
    async countMessages(queueName) {
      const queue = queueService.getQueueClient(queueName);
      return (await queue.exists()) ? ((await queue.getProperties()).approximateMessagesCount ?? 0) : 0;
    },
    countStored: async () =>
      countStored(
        connectionString,
        jobQueues(settings.JOB_QUEUES).map(({ name }) => name),
      ),
  };
}

/** The function behind a queue. */
function receiverOf(app: App, queueName: string): (message: unknown, id: string) => Promise<void> {
  const name = queueName.replace(/-poison$/, "");
  if (name === app.settings.INTAKE_QUEUE) {
    const receive = createIntake(app);
    return async (message, id) => receive(message, { id, sink: silentSink });
  }
  if (name === app.settings.BATCH_QUEUE) {
    const receive = name === queueName ? createBatchReceiver(app) : createBatchPoisonReader(app);
    return async (message) => receive(message, silentSink);
  }
  const source = workSource(app, name);
  const receive = name === queueName ? createWorker(app, source) : createPoisonReader(app, source);
  return async (message) => receive(message, silentSink);
}

const silentSink = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The host hands a function its message parsed, where it is JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function countStored(connectionString: string, queueNames: readonly string[]): Promise<number> {
  let count = 0;
  for (const table of ["millracejobs", "millracefiles", "millracebatches"]) {
    const client = TableClient.fromConnectionString(connectionString, table, { allowInsecureConnection: true });
    for await (const _row of client.listEntities()) count++;
  }
  const blobs = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("millrace");
  for await (const _blob of blobs.listBlobsFlat()) count++;
  for (const name of queueNames) {
    const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(name);
    count += (await queue.peekMessages({ numberOfMessages: 32 })).peekedMessageItems.length;
  }
  return count;
}

async function call(
  app: App,
  url: URL,
  { method, headers = {}, body }: RequestOptions & { readonly method: string },
): Promise<TestResponse> {
  const matched = matchRoute(method, url.pathname);
  if (!matched) throw new Error(`No route matches ${method} ${url.pathname}`);
  const isRaw = typeof body === "string" || Buffer.isBuffer(body);
  const request = new HttpRequest({
    method,
    url: url.href,
    params: matched.params,
    headers: { ...(body !== undefined && !isRaw && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: isRaw ? { bytes: Buffer.from(body) } : { string: JSON.stringify(body) } }),
  });
  const silent = new InvocationContext({
    functionName: matched.route.name,
    invocationId: "test",
    logHandler: () => undefined,
  });
  return toTestResponse(await createHandler(app, matched.route)(request, silent));
}

/** As the host matches: functions in the order of their names, the first that fits. */
function matchRoute(
  method: string,
  pathname: string,
): { route: (typeof ROUTES)[number]; params: Record<string, string> } | undefined {
  const byName = [...ROUTES].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const route of byName) {
    const pattern = route.path.replace(/\{\*(\w+)\}/g, "(?<$1>.*)").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
    const match = new RegExp(`^/${pattern}$`, "i").exec(pathname);
    if (!match || !route.methods.some((candidate) => candidate === method)) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    return { route, params: Object.fromEntries(params) as Record<string, string> };
  }
  return undefined;
}

function toTestResponse({ status = 200, headers, body }: HttpResponseInit): TestResponse {
  const bytes = typeof body === "string" ? Buffer.from(body) : Buffer.from((body as Buffer | undefined) ?? []);
  const text = bytes.toString();
  return {
    status,
    headers: new Headers(headers),
    text,
    bytes,
    get json() {
      return JSON.parse(text) as Record<string, unknown>;
    },
  };
}

/** Where the jobs of the capability that most tests use come from. */
export function queuesOf({ app }: TestApp): WorkSource {
  return workSource(app, "job-requests");
}

function workSource({ storage, settings }: App, name: string): WorkSource {
  const jobQueue = jobQueues(settings.JOB_QUEUES).find((candidate) => candidate.name === name);
  if (!jobQueue) throw new Error(`Jobs travel through no queue "${name}"`);
  return openWorkSource(storage, jobQueue);
}
