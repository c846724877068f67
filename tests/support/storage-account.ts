import { mkdirSync } from "node:fs";
import { join } from "node:path";

interface TestStorage {
  readonly folder: string;
  readonly key: string;
  readonly accounts: readonly string[];
  readonly ports: { readonly blob: number; readonly queue: number; readonly table: number };
}

/** Takes a storage account that no other suite uses, on the run's Azurite. Returns its connection string. */
export function takeStorageAccount(): string {
  const { folder, key, accounts, ports } = JSON.parse(process.env["TEST_STORAGE"] ?? "{}") as TestStorage;
  const name = accounts.find((candidate) => tryMark(join(folder, `taken-${candidate}`)));
  if (!name)
    throw new Error(`All ${accounts.length} test storage accounts are taken: raise ACCOUNTS in global-setup.ts`);
  const endpoint = (service: keyof TestStorage["ports"]) => `http://127.0.0.1:${ports[service]}/${name}`;
  return [
    "DefaultEndpointsProtocol=http",
    `AccountName=${name}`,
    `AccountKey=${key}`,
    `BlobEndpoint=${endpoint("blob")}`,
    `QueueEndpoint=${endpoint("queue")}`,
    `TableEndpoint=${endpoint("table")}`,
  ].join(";");
}

/** Creating a folder fails when it exists, so only one suite can succeed. */
function tryMark(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch {
    return false;
  }
}
