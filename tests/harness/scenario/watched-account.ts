import { createStorageAccount } from "../storage/account.ts";
import type { StorageAccount } from "../storage/account.ts";
import type { ServiceOptions, WireResponse } from "../storage/wire.ts";
import { countSaid } from "./record.ts";
import type { Record } from "./record.ts";

/** An account that notes how often somebody wrote what another had changed meanwhile. */
export function createWatchedAccount(record: Record, options: ServiceOptions): StorageAccount {
  const account = createStorageAccount(options);
  return {
    ...account,
    handle(service, request) {
      const response = account.handle(service, request);
      if (isStale(response)) countSaid(record, "a stale write refused");
      return response;
    },
  };
}

/** A transaction is answered with 202, and says in its body that it was not carried out. */
function isStale({ status, body }: WireResponse): boolean {
  return status === 412 || (status === 202 && typeof body === "string" && body.includes("HTTP/1.1 412"));
}
