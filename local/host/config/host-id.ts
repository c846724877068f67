import { hostname } from "node:os";
import type { Environment } from "./expressions.ts";

const SETTING = "AzureFunctionsWebHost__hostid";
const LONGEST = 32;

/** What storage can take as a part of queue names. */
const HOST_ID = /^[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){0,31}$/;

/**
 * The name under which the hosts of one app find each other's work in storage: the setting `AzureFunctionsWebHost__hostid`,
 * else made of the machine's name and the app's folder, as the real host does outside Azure. Throws when the setting cannot
 * be a part of a queue's name.
 */
export function resolveHostId(environment: Environment, appFolder: string): string {
  const configured = environment[SETTING];
  if (!configured) return deriveHostId(hostname(), appFolder);
  if (HOST_ID.test(configured)) return configured;
  throw new Error(
    `${SETTING} must be 1 to 32 lower-case letters, digits and single dashes, beginning and ending with a letter or digit; found '${configured}'`,
  );
}

/** The machine's name up to its first dot, letters and digits only, and a number that stands for the folder. */
export function deriveHostId(machine: string, appFolder: string): string {
  const [shortName = ""] = machine.split(".");
  const letters = shortName.replace(/[^A-Za-z0-9]/g, "") || "host";
  const id = `${letters}-${Math.abs(stableHash(appFolder))}`;
  return id.slice(0, LONGEST).toLowerCase().replace(/-+$/, "");
}

/** The real host's hash of a text, in 32 bits. */
function stableHash(text: string): number {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)).reduce(
    (hash, code) => (Math.imul(hash, 31) + code) | 0,
    23,
  );
}
