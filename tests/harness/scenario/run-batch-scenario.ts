import type { UnloggedBatchEvent } from "../actors/batch-client/batch-caller.ts";
import { startBatchClient } from "../actors/batch-client/batch-client.ts";
import type { Again, BatchClient } from "../actors/batch-client/batch-client.ts";
import { startDeployments } from "../actors/deployments.ts";
import { AS_IT_IS } from "../actors/site.ts";
import { startSupervisor } from "../actors/supervisor.ts";
import type { PlannedBatch } from "../batches/planned-batch.ts";
import type { BatchEvent } from "../history/batches/batch-history.ts";
import { checkBatchHistory } from "../history/batches/check-batch-history.ts";
import { SLOWEST_MS } from "../world/network.ts";
import { createRandom } from "../world/random.ts";
import { letGo } from "../world/take-over-process.ts";
import { World } from "../world/world.ts";
import { openSite } from "./open-site.ts";
import type { OpenedSite } from "./open-site.ts";
import type { Outcome } from "./outcome.ts";
import { createRecord } from "./record.ts";
import type { ScenarioOptions } from "./run-scenario.ts";
import { tallyBatches } from "./tally-batches.ts";
import { watchBatchEnds } from "./watch-batch-ends.ts";

const HOUR_MS = 3_600_000;
/** No batch takes longer, once all goes well: what has not ended by then never will. */
const LONGEST_MS = 8 * HOUR_MS;

/** One run with batches: a client or two and some instances under faults, then peace until all has ended, then judgement. */
export async function runBatchScenario({ seed, variant = AS_IT_IS, takeOver }: ScenarioOptions): Promise<Outcome> {
  const random = createRandom(seed);
  const world = new World(random, letGo);
  takeOver({ world, random });
  const record = createRecord();
  const { site, hosts } = await openSite({ world, random, variant, record, never: [], sparesSweeps: true });
  const { commits } = record;
  const plans: PlannedBatch[] = [];
  const batchEvents: BatchEvent[] = [];
  const log = (event: UnloggedBatchEvent) => {
    batchEvents.push({ at: world.now, commits: commits.length, ...event });
  };
  const asking = startClients({ site, hosts }, { log, plans, again: againIn(seed) });
  const stopSupervisor = startSupervisor(site, hosts);
  const stopDeployments = startDeployments(site, hosts);
  await world.run(HOUR_MS, () => asking.every(({ finished }) => finished()));
  await world.run(random.pick([0, 10_000, 100_000]));
  site.faults.stop();
  stopDeployments();
  world.note(undefined, "from here on all goes well");
  await world.run(world.stillForMs + SLOWEST_MS + 20_000);
  const peaceAt = world.now;
  const stepsMs = site.jobType.timeoutMs;
  await world.run(LONGEST_MS, watchBatchEnds(commits));
  stopSupervisor();
  await world.run(HOUR_MS);
  for (const client of asking) void client.readAll();
  await world.run(HOUR_MS);
  const history = { ...record, supervised: variant.supervised, stepsMs, peaceAt, plans, batchEvents };
  return {
    family: "batches",
    seed,
    violations: checkBatchHistory(history),
    accepted: new Set(batchEvents.flatMap((event) => (event.did === "heard" ? [event.batchId] : []))).size,
    commits: commits.length,
    faults: Object.fromEntries(site.faults.fired),
    happened: tallyBatches(history),
    steps: world.steps,
  };
}

interface Asking {
  readonly log: (event: UnloggedBatchEvent) => void;
  readonly plans: PlannedBatch[];
  readonly again: Again;
}

/** In every fourth run items run again, and in every fourth jobs of them by themselves; both in half of these. */
function againIn(seed: number): Again {
  const remainder = seed % 8;
  return { items: remainder === 3 || remainder === 7, jobs: remainder === 5 || remainder === 7 };
}

function startClients({ site, hosts }: OpenedSite, { log, plans, again }: Asking): BatchClient[] {
  const count = site.random.pick([1, 1, 2]);
  return Array.from({ length: count }, (_, index) =>
    startBatchClient(site, {
      name: `client-${index + 1}`,
      hosts,
      batches: 1,
      again,
      log,
      plans: (plan) => plans.push(plan),
    }),
  );
}
