import { BlobServiceClient } from "@azure/storage-blob";
import { createApp } from "../../src/app.ts";
import type { App } from "../../src/app.ts";
import { PARTITIONS } from "../../src/platform/partitions.ts";
import { readSettings } from "../../src/platform/settings.ts";
import type { Storage } from "../../src/platform/storage.ts";
import { odata } from "../../src/platform/tables.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import { CONNECTION_STRING, createStorageAccount } from "../harness/storage/account.ts";
import { createHttpClient } from "../harness/storage/http-client.ts";
import type { Exchange, Sent } from "../harness/storage/http-client.ts";

/** Where a process dies: at its nth write, which is carried out before it does, or not at all. Reading changes nothing. */
export interface Death {
  readonly nth: number;
  readonly at: "before" | "after";
}

/** Storage in memory and time that only the test moves, for any number of processes. */
export interface SimulatedSite {
  now: Date;
  /** The app as one process has it. It lives as long as the test. */
  readonly app: App;
  /** Runs `work` in a process that dies, or does not come so far. Returns whether it died. */
  die(death: Death, work: (app: App) => Promise<unknown>): Promise<boolean>;
  /** Keys of all rows of the jobs' table, in order. */
  rowKeys(): Promise<string[]>;
  /** What others see of the account's blobs. */
  readonly blobs: BlobServiceClient;
  /** Names of all blobs of our own, in order. */
  blobNames(): Promise<string[]>;
  /** How many requests the process has sent that lives as long as the test. */
  readonly requests: () => number;
}

export async function createSimulatedSite(
  profiles: readonly Profile[],
  environment: Readonly<Record<string, string>> = {},
): Promise<SimulatedSite> {
  let requests = 0;
  const account = createStorageAccount({ now: () => site.now, chance: Math.random });
  const carryOut: Exchange = async ({ service, wire }) => account.handle(service, wire);
  const settings = readSettings({
    ...{ AzureWebJobsStorage: CONNECTION_STRING, OPENAI_API_KEY: "none" },
    ...environment,
  });
  const start = (exchange: Exchange): App => ({
    ...createApp(settings, profiles, createHttpClient(exchange)),
    clock: { now: () => site.now },
  });
  const app = start(async (sent) => (requests++, carryOut(sent)));
  const blobs = BlobServiceClient.fromConnectionString(CONNECTION_STRING, { httpClient: createHttpClient(carryOut) });
  const site: SimulatedSite = {
    blobs,
    now: new Date("2026-03-01T00:00:00.000Z"),
    app,
    requests: () => requests,
    async die(death, work) {
      const { exchange, died } = mortalExchange(carryOut, death);
      const ended = work(start(exchange)).then(() => false);
      return Promise.race([ended, died]);
    },
    rowKeys: async () => rowKeysOf(app.storage),
    async blobNames() {
      const names: string[] = [];
      for await (const { name } of blobs.getContainerClient("millrace").listBlobsFlat()) names.push(name);
      return names;
    },
  };
  await app.storage.prepare();
  return site;
}

/** The dead send nothing more, and hear nothing: what they had begun never ends. */
export function mortalExchange(
  carryOut: Exchange,
  { nth, at }: Death,
): { readonly exchange: Exchange; readonly died: Promise<boolean> } {
  let writes = 0;
  let isDead = false;
  let die: (value: true) => void;
  const died = new Promise<true>((resolve) => (die = resolve));
  const exchange = async (request: Sent) => {
    const isLast = request.wire.method !== "GET" && ++writes === nth;
    if (!isDead && !isLast) return carryOut(request);
    if (!isDead && at === "after") await carryOut(request);
    isDead = true;
    die(true);
    return new Promise<never>(() => undefined);
  };
  return { exchange, died };
}

async function rowKeysOf({ jobs }: Storage): Promise<string[]> {
  const pages = await Promise.all(
    PARTITIONS.map(async (partition) => jobs.list({ filter: odata`PartitionKey eq ${partition}`, limit: 1000 })),
  );
  return pages
    .flat()
    .map(({ row }) => row.rowKey)
    .sort();
}
