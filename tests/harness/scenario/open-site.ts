import { QUEUE_NAMES } from "../actors/functions.ts";
import { createHost } from "../actors/host.ts";
import type { Host } from "../actors/host.ts";
import type { Site, Variant } from "../actors/site.ts";
import type { StorageAccount } from "../storage/account.ts";
import type { RowCommit } from "../storage/wire.ts";
import { drawFaults } from "../world/faults.ts";
import type { Fault } from "../world/faults.ts";
import { createNetwork } from "../world/network.ts";
import type { Random } from "../world/random.ts";
import type { Life, World } from "../world/world.ts";
import { createDueWatch } from "./due-watch.ts";
import { commitOf, countSaid, nameOf } from "./record.ts";
import type { Record } from "./record.ts";
import { createWatchedAccount } from "./watched-account.ts";

export interface OpenSite {
  readonly world: World;
  readonly random: Random;
  readonly variant: Variant;
  readonly record: Record;
  /** Faults that do not come up in this run. */
  readonly never: readonly Fault[];
  /** Whether sweeps that would find nothing are left out. */
  readonly sparesSweeps?: boolean;
}

export interface OpenedSite {
  readonly site: Site;
  readonly hosts: readonly [Host, ...Host[]];
}

/** An account with what the product needs, the network around it, and a few instances, all of one run's own. */
export async function openSite({ world, random, variant, record, never, sparesSweeps }: OpenSite): Promise<OpenedSite> {
  const hosts: Host[] = [];
  const faults = drawFaults(random, never);
  const due = createDueWatch();
  const account = createWatchedAccount(record, {
    now: () => new Date(world.now),
    chance: random.next,
    onCommit: (commit: RowCommit) => {
      record.commits.push(commitOf(world, network.sender, commit));
      due.note(commit);
    },
    onBlob: (name, bytes) => record.blobs.push({ ...stamp(), name, text: bytes && textOf(name, bytes) }),
  });
  const stamp = () => ({ at: world.now, by: nameOf(network.sender) });
  const trouble = (life: Life) =>
    record.troubles.push({ at: world.now, until: Math.max(world.now, life.pausedUntil), by: nameOf(life) });
  const network = createNetwork({
    world,
    random,
    faults,
    account,
    crash: (life) => {
      for (const host of hosts) if (host.name === life.name) host.crash(life);
    },
    onFault: trouble,
    onQueue: () => {
      for (const host of hosts) host.ring();
    },
  });
  let calls = 0;
  const isAnythingDue = () => !sparesSweeps || due.isAnyBefore(world.now + LARGEST_SKEW_MS);
  const site: Site = {
    world,
    random,
    faults,
    account,
    network,
    variant,
    jobType: { maxAttempts: 1 + random.below(4), timeoutMs: random.pick([40_000, 600_000]) },
    maxDequeueCount: random.pick([1, 3, 200]),
    commitCount: () => record.commits.length,
    nextCall: () => ++calls,
    isAnythingDue,
    asked: (call) => record.modelCalls.push(call),
    trouble,
    died: (life) => {
      trouble(life);
      for (const call of record.modelCalls) if (call.by === nameOf(life)) call.endedAt ??= world.now;
    },
    heard: (life, line) => {
      countSaid(record, line);
      world.note(life, `log: ${line}`);
    },
    surprise: (text) => record.surprises.push(text),
  };
  prepareAccount(account);
  const count = 1 + random.below(3);
  for (let number = 1; number <= count; number++)
    hosts.push(
      createHost(site, { name: `host-${number}`, skewMs: random.pick([0, 0, 0, -LARGEST_SKEW_MS, LARGEST_SKEW_MS]) }),
    );
  await world.run(0);
  return { site, hosts: hosts as [Host, ...Host[]] };
}

const LARGEST_SKEW_MS = 5_000;

/** Only payloads are read again, to know what a job was asked for. */
function textOf(name: string, bytes: Buffer): string {
  return name.startsWith("payloads/") ? bytes.toString() : "";
}

export function prepareAccount(account: StorageAccount): void {
  const put = (service: "table" | "queue" | "blob", path: string, body = "") =>
    account.handle(service, {
      method: service === "table" ? "POST" : "PUT",
      path,
      query: new URLSearchParams(service === "blob" ? "restype=container" : ""),
      header: () => undefined,
      body: Buffer.from(body),
    });
  for (const name of ["millracejobs", "millracefiles", "millracebatches"])
    put("table", "Tables", JSON.stringify({ TableName: name }));
  for (const name of QUEUE_NAMES) put("queue", name);
  put("blob", "millrace");
}
