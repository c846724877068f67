import type { App } from "../../../../src/app.ts";
import type { BatchEvent } from "../../history/batches/batch-history.ts";
import type { Life } from "../../world/world.ts";
import { call } from "../call.ts";
import type { Answer } from "../call.ts";
import { MAY_HAVE_HAPPENED, codeOf } from "../client/caller.ts";
import type { Host } from "../host.ts";
import type { Site } from "../site.ts";

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type UnloggedBatchEvent = DistributiveOmit<BatchEvent, "at" | "commits">;

/** Who asks for batches, and what it knows of them. */
export interface BatchCaller {
  readonly site: Site;
  readonly life: Life;
  readonly name: string;
  readonly hosts: readonly [Host, ...Host[]];
  readonly log: (event: UnloggedBatchEvent) => void;
  /** The ids of batches, by the names of their plans. */
  readonly known: Map<string, string>;
}

export async function ask<T>(
  { site, life, name, hosts }: BatchCaller,
  label: string,
  what: (app: App) => Promise<T>,
): Promise<Answer<T>> {
  return call(site, { life, host: site.random.pick(hosts), label: `${name} ${label}`, ask: what });
}

/** The code of an answer that is no success. One that nobody was told to expect is a surprise. */
export function refusalOf({ site }: BatchCaller, thrown: unknown, expected: readonly string[]): string {
  const code = codeOf(thrown);
  if (!MAY_HAVE_HAPPENED.has(code) && !expected.includes(code))
    site.surprise(`A client of batches was answered ${code}`);
  return code;
}
