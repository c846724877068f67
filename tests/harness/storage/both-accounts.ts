import type { TableServiceClientOptions } from "@azure/data-tables";
import type { StorageHttpClient } from "../../../src/platform/storage.ts";
import { takeStorageAccount } from "../../support/storage-account.ts";
import { CONNECTION_STRING, createStorageAccount } from "./account.ts";
import { createHttpClient } from "./http-client.ts";

export interface TestAccount {
  readonly connectionString: string;
  readonly options: { readonly httpClient?: StorageHttpClient };
}

/** What one suite is run against: the simulated service must pass where Azurite does, so that it can be believed. */
export const BOTH_ACCOUNTS: readonly (readonly [string, () => TestAccount])[] = [
  ["the simulated service", simulated],
  ["Azurite", azurite],
];

function azurite(): TestAccount {
  return { connectionString: takeStorageAccount(), options: {} };
}

function simulated(): TestAccount {
  const account = createStorageAccount({ now: () => new Date(), chance: Math.random });
  const httpClient = createHttpClient(async ({ service, wire }) => account.handle(service, wire));
  return { connectionString: CONNECTION_STRING, options: { httpClient } };
}

export function tableOptions({ options }: TestAccount): TableServiceClientOptions {
  return { allowInsecureConnection: true, retryOptions: { maxRetries: 0 }, ...options };
}

/** Status and code of a refusal, or what came instead: the shape in which the suites compare the two services. */
export async function refusal(promise: Promise<unknown>): Promise<unknown> {
  try {
    return { resolved: await promise };
  } catch (thrown) {
    const { statusCode, code, details } = thrown as {
      statusCode?: number;
      code?: string;
      details?: { errorCode?: string; odataError?: { code?: string } };
    };
    return `${String(statusCode)} ${code ?? details?.errorCode ?? details?.odataError?.code ?? ""}`;
  }
}
