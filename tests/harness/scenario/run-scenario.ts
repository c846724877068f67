import { audit } from "../actors/audit.ts";
import type { Unlogged } from "../actors/client/caller.ts";
import { startClient } from "../actors/client/client.ts";
import type { Client } from "../actors/client/client.ts";
import { startDeployments } from "../actors/deployments.ts";
import { liveOn } from "../actors/far-future.ts";
import { supervise } from "../actors/functions.ts";
import { startOperator } from "../actors/operator.ts";
import { AS_IT_IS } from "../actors/site.ts";
import type { Variant } from "../actors/site.ts";
import { startSupervisor } from "../actors/supervisor.ts";
import { boundMs } from "../history/check-bound.ts";
import { checkHistory } from "../history/check-history.ts";
import { SLOWEST_MS } from "../world/network.ts";
import { createRandom } from "../world/random.ts";
import { letGo } from "../world/take-over-process.ts";
import type { Outside } from "../world/take-over-process.ts";
import { World } from "../world/world.ts";
import { openSite } from "./open-site.ts";
import type { OpenedSite } from "./open-site.ts";
import type { Outcome } from "./outcome.ts";
import { createRecord } from "./record.ts";
import { tallyOf } from "./tally.ts";
import { watchEnds } from "./watch-ends.ts";

export interface ScenarioOptions {
  readonly seed: number;
  readonly variant?: Variant;
  /** Puts the run's time and chance in the place of the process's. */
  readonly takeOver: (outside: Outside) => void;
}

const HOUR_MS = 3_600_000;
/** No message stays hidden for longer. */
const LAST_MESSAGES_MS = HOUR_MS;
/** Attempts that do not count come on top of those that do. */
const MOST_UNCOUNTED = 20;

/** One run: a few clients and instances under faults, then peace until nothing is left to do, then judgement. */
export async function runScenario({ seed, variant = AS_IT_IS, takeOver }: ScenarioOptions): Promise<Outcome> {
  const random = createRandom(seed);
  const world = new World(random, letGo);
  takeOver({ world, random });
  const supervised = supervise !== undefined && variant.supervised;
  const record = createRecord();
  const never = supervised ? [] : (["lostMessage"] as const);
  const { site, hosts } = await openSite({ world, random, variant, record, never });
  const { clients, commits } = record;
  const log = (event: Unlogged) => {
    clients.push({ at: world.now, commits: commits.length, ...event });
  };
  const asking = startClients({ site, hosts }, log);
  const stopSupervisor = startSupervisor(site, hosts);
  const stopOperators = startOperators({ site, hosts }, log);
  const stopDeployments = startDeployments(site, hosts);
  await world.run(HOUR_MS, () => asking.every(({ finished }) => finished()));
  await world.run(random.pick([0, 10_000, 100_000]));
  site.faults.stop();
  stopDeployments();
  stopOperators();
  world.note(undefined, "from here on all goes well");
  // What is still on its way may make one more job to look after: first let it all arrive.
  await world.run(world.stillForMs + SLOWEST_MS + 20_000);
  const peaceAt = world.now;
  const stepsMs = 2 * site.jobType.timeoutMs;
  const longest = HOUR_MS + boundMs(site.jobType.maxAttempts + MOST_UNCOUNTED, stepsMs);
  await world.run(longest, watchEnds(commits));
  stopSupervisor();
  await world.run(LAST_MESSAGES_MS);
  for (const client of asking) void client.readAll();
  await world.run(HOUR_MS);
  const look = async () => {
    const told = await audit(site, hosts);
    if (told) record.audits.push(told);
  };
  const purged = supervised && random.happens(0.25);
  if (purged) {
    await look();
    await liveOn(site, hosts);
    await look();
  }
  const history = { ...record, supervised, purged, stepsMs, ...(supervised && { peaceAt }) };
  return {
    family: "jobs",
    seed,
    violations: checkHistory(history),
    accepted: new Set(clients.flatMap((event) => (event.did === "heard" ? [event.jobId] : []))).size,
    commits: commits.length,
    faults: Object.fromEntries(site.faults.fired),
    happened: tallyOf(record),
    steps: world.steps,
  };
}

/** In half of all runs one or two. */
function startOperators({ site, hosts }: OpenedSite, log: (event: Unlogged) => void): () => void {
  const names = site.random.pick([[], [], ["operator-1"], ["operator-1", "operator-2"]]);
  const stops = names.map((name) => startOperator(site, { name, hosts, log }));
  return () => {
    for (const stop of stops) stop();
  };
}

function startClients({ site, hosts }: OpenedSite, log: (event: Unlogged) => void): Client[] {
  const count = 1 + site.random.below(3);
  return Array.from({ length: count }, (_, index) =>
    startClient(site, { name: `client-${index + 1}`, hosts, jobs: 1 + site.random.below(3), log }),
  );
}
