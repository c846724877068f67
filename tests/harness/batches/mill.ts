import { AsyncLocalStorage } from "node:async_hooks";
import { createApp } from "../../../src/app.ts";
import type { App } from "../../../src/app.ts";
import { superviseJobs } from "../../../src/jobs/supervision/supervise.ts";
import type { LogSink } from "../../../src/platform/log.ts";
import { SETTINGS, createQueueFunctions } from "../actors/functions.ts";
import type { Commit } from "../history/history.ts";
import { prepareAccount } from "../scenario/open-site.ts";
import { createStorageAccount } from "../storage/account.ts";
import type { StorageAccount } from "../storage/account.ts";
import { createHttpClient } from "../storage/http-client.ts";
import { toValues } from "../storage/tables/entity.ts";
import type { WireRequest } from "../storage/wire.ts";
import { createEchoType } from "./echo-type.ts";

/** The product on storage in memory, where nothing goes wrong and nothing takes time: for numbers too large for the simulator. */
export interface Mill {
  readonly app: App;
  readonly commits: readonly Commit[];
  /** How many storage calls each message took, by what the message says. */
  readonly calls: ReadonlyMap<string, number>;
  /** Works on messages, so many at a time, until there are none. Returns how many there were. */
  workOff(atOnce: number): Promise<number>;
  /** An hour goes by, and the supervisor sweeps. */
  sweep(): Promise<void>;
}

const BEGINNING = Date.parse("2026-01-01T00:00:00.000Z");
const HOUR_MS = 3_600_000;
const SILENT: LogSink = { info: () => undefined, warn: () => undefined, error: console.error };

export async function createMill(): Promise<Mill> {
  const commits: Commit[] = [];
  let now = BEGINNING;
  const account = createStorageAccount({
    now: () => new Date(now),
    chance: () => 0.5, // Oldest first.
    onCommit: ({ table, transaction, before, after }) =>
      commits.push({
        ...{ at: now, by: "mill", table, transaction },
        ...{ before: before && toValues(before), after: after && toValues(after) },
      }),
  });
  prepareAccount(account);
  const asking = new AsyncLocalStorage<string>();
  const calls = new Map<string, number>();
  const httpClient = createHttpClient(async ({ service, wire }) => {
    const message = asking.getStore();
    if (message !== undefined) calls.set(message, (calls.get(message) ?? 0) + 1);
    return account.handle(service, wire);
  });
  // In its place: what follows from an end is done by the app itself.
  const app: App = Object.assign(createApp(SETTINGS, [createEchoType()], httpClient), {
    clock: { now: () => new Date(now) },
    chance: () => 0.5,
  });
  const functions = Object.entries(createQueueFunctions(app));
  const workOn = async (queueName: string, { id, receipt, text }: Taken) => {
    now += 1;
    const work = functions.find(([name]) => name === queueName)?.[1];
    await asking.run(text, async () => work?.(JSON.parse(text), SILENT));
    remove(account, queueName, { id, receipt });
  };
  return {
    app,
    commits,
    calls,
    async workOff(atOnce) {
      let worked = 0;
      for (;;) {
        const taken = functions.flatMap(([name]) => take(account, name, atOnce).map((message) => ({ name, message })));
        if (taken.length === 0) return worked;
        worked += taken.length;
        await Promise.all(taken.map(async ({ name, message }) => workOn(name, message)));
      }
    },
    async sweep() {
      now += HOUR_MS;
      await superviseJobs(app, SILENT);
    },
  };
}

interface Taken {
  readonly id: string;
  readonly receipt: string;
  readonly text: string;
}

/** Storage gives out no more at a time. */
const MOST_AT_ONCE = 32;

function take(account: StorageAccount, queueName: string, atOnce: number): Taken[] {
  const count = Math.min(MOST_AT_ONCE, atOnce);
  const { body = "" } = account.handle(
    "queue",
    request("GET", `${queueName}/messages`, { numofmessages: String(count), visibilitytimeout: "600" }),
  );
  const part = (message: string, name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(message)?.[1] ?? "";
  return String(body)
    .split("<QueueMessage>")
    .slice(1)
    .map((message) => ({
      id: part(message, "MessageId"),
      receipt: part(message, "PopReceipt"),
      text: Buffer.from(part(message, "MessageText"), "base64").toString(),
    }));
}

function remove(account: StorageAccount, queueName: string, { id, receipt }: Omit<Taken, "text">): void {
  account.handle("queue", request("DELETE", `${queueName}/messages/${id}`, { popreceipt: receipt }));
}

function request(method: string, path: string, query: Readonly<Record<string, string>>): WireRequest {
  return { method, path, query: new URLSearchParams(query), header: () => undefined, body: Buffer.alloc(0) };
}
