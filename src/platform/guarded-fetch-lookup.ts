import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { classifyAddress, urlForbidden } from "./public-address.ts";

/** Finds every address of a name. Rejects when there is none. */
export type ResolveName = (hostname: string) => Promise<readonly LookupAddress[]>;

/** The system's own resolver, `/etc/hosts` included. */
export const resolveWithSystem: ResolveName = async (hostname) => lookup(hostname, { all: true });

/**
 * The `lookup` hook of a socket that connects to public addresses only. The check stands between the answer and the
 * connection, so a name cannot resolve to one address for the check and to another for the connection. One private
 * address among public ones is enough to refuse. Not called for an address in the URL itself: checkUrl() sees that.
 */
export function createPublicLookup(resolveName: ResolveName): LookupFunction {
  return (hostname, options, callback) => {
    resolveName(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (!first || addresses.some(({ address }) => classifyAddress(address) === "forbidden"))
          callback(urlForbidden(), "", 0);
        else if (options.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, "", 0);
      },
    );
  };
}
