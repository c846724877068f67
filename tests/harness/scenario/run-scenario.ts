import { isTerminal } from "../../../src/jobs/lifecycle.ts";
import type { JobPhase } from "../../../src/jobs/lifecycle.ts";
import { startClient } from "../actors/client.ts";
import type { Client, Unlogged } from "../actors/client.ts";
import { QUEUE_NAME, supervise } from "../actors/functions.ts";
import { createHost } from "../actors/host.ts";
import type { Host } from "../actors/host.ts";
import { AS_IT_IS } from "../actors/site.ts";
import type { Site, Variant } from "../actors/site.ts";
import { startSupervisor } from "../actors/supervisor.ts";
import { checkHistory } from "../history/check-history.ts";
import type { ClientEvent, Commit } from "../history/history.ts";
import { isJobRow } from "../history/job-walks.ts";
import { createStorageAccount } from "../storage/account.ts";
import { toValues } from "../storage/tables/entity.ts";
import type { RowCommit, StoredEntity } from "../storage/wire.ts";
import { drawFaults } from "../world/faults.ts";
import { SLOWEST_MS, createNetwork } from "../world/network.ts";
import { createRandom } from "../world/random.ts";
import { letGo } from "../world/take-over-process.ts";
import type { Outside } from "../world/take-over-process.ts";
import { World } from "../world/world.ts";
import type { Life } from "../world/world.ts";
import type { Outcome } from "./outcome.ts";

export interface ScenarioOptions {
  readonly seed: number;
  readonly variant?: Variant;
  /** Puts the run's time and chance in the place of the process's. */
  readonly takeOver: (outside: Outside) => void;
}

const HOUR_MS = 3_600_000;
/** When faults have ended, every job ends within this. */
const BOUND_MS = 6 * HOUR_MS;

/** One run: a few clients and instances under faults, then peace until nothing is left to do, then judgement. */
export async function runScenario({ seed, variant = AS_IT_IS, takeOver }: ScenarioOptions): Promise<Outcome> {
  const random = createRandom(seed);
  const world = new World(random, letGo);
  takeOver({ world, random });
  const supervised = supervise !== undefined && variant.supervised;
  const faults = drawFaults(random, supervised ? [] : ["lostMessage"]);
  const clients: ClientEvent[] = [];
  const commits: Commit[] = [];
  const surprises: string[] = [];
  const hosts: Host[] = [];
  const onCommit = (commit: RowCommit) => {
    const { sender } = network;
    commits.push({ at: world.now, by: sender ? `${sender.name}#${sender.number}` : "", ...toRows(commit) });
  };
  const account = createStorageAccount({ now: () => new Date(world.now), chance: random.next, onCommit });
  const crash = (life: Life) => {
    for (const host of hosts) if (host.name === life.name) host.crash(life);
  };
  const onQueue = () => {
    for (const host of hosts) host.ring();
  };
  const network = createNetwork({ world, random, faults, account, crash, onQueue });
  const site: Site = {
    world,
    random,
    faults,
    account,
    network,
    variant,
    jobType: { maxAttempts: 1 + random.below(4), timeoutMs: random.pick([40_000, 600_000]) },
    surprise: (text) => surprises.push(text),
  };
  await prepare(site, hosts);
  const log = (event: Unlogged) => {
    clients.push({ at: world.now, commits: commits.length, ...event });
  };
  const asking = startClients(site, hosts, log);
  const stopSupervisor = startSupervisor(site, hosts);
  await world.run(HOUR_MS, () => asking.every(({ finished }) => finished()));
  await world.run(random.pick([0, 10_000, 100_000]));
  faults.stop();
  world.note(undefined, "from here on all goes well");
  if (supervised) {
    // What is still on its way may make one more job to look after: first let it all arrive.
    await world.run(world.stillForMs + SLOWEST_MS + 20_000);
    await world.run(BOUND_MS, watchEnds(commits));
  }
  stopSupervisor();
  await world.run(BOUND_MS);
  for (const client of asking) void client.readAll();
  await world.run(HOUR_MS);
  return {
    seed,
    violations: checkHistory({ clients, commits, surprises, supervised }),
    accepted: new Set(clients.flatMap((event) => (event.did === "heard" ? [event.jobId] : []))).size,
    commits: commits.length,
    faults: Object.fromEntries(faults.fired),
    steps: world.steps,
  };
}

/** Asked after every step, so it looks at what is new only. */
function watchEnds(commits: readonly Commit[]): () => boolean {
  const open = new Set<string>();
  let seen = 0;
  return () => {
    for (; seen < commits.length; seen++) {
      const { before, after } = commits[seen] as Commit;
      const row = after ?? before;
      if (!row || !isJobRow(row)) continue;
      if (after && !isTerminal(after["phase"] as JobPhase)) open.add(row.rowKey);
      else open.delete(row.rowKey);
    }
    return open.size === 0;
  };
}

/** Starts the instances on an account that has what the product needs. */
async function prepare(site: Site, hosts: Host[]): Promise<void> {
  const { account, random, world } = site;
  const put = (service: "table" | "queue" | "blob", path: string, body = "") =>
    account.handle(service, {
      method: service === "table" ? "POST" : "PUT",
      path,
      query: new URLSearchParams(service === "blob" ? "restype=container" : ""),
      header: () => undefined,
      body: Buffer.from(body),
    });
  for (const name of ["millracejobs", "millracefiles"]) put("table", "Tables", JSON.stringify({ TableName: name }));
  put("queue", QUEUE_NAME);
  put("blob", "millrace");
  const count = 1 + random.below(3);
  for (let number = 1; number <= count; number++)
    hosts.push(createHost(site, { name: `host-${number}`, skewMs: random.pick([0, 0, 0, -5_000, 5_000]) }));
  await world.run(0);
}

function startClients(site: Site, hosts: readonly Host[], log: (event: Unlogged) => void): Client[] {
  const count = 1 + site.random.below(3);
  return Array.from({ length: count }, (_, index) =>
    startClient(site, {
      name: `client-${index + 1}`,
      hosts: hosts as [Host, ...Host[]],
      jobs: 1 + site.random.below(3),
      log,
    }),
  );
}

function toRows({ table, before, after }: RowCommit): Pick<Commit, "table" | "before" | "after"> {
  const toRow = (entity: StoredEntity | undefined) => entity && toValues(entity);
  return { table, before: toRow(before), after: toRow(after) };
}
