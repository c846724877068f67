import type { Caller } from "../actors/client/caller.ts";
import type { Host } from "../actors/host.ts";
import type { Site, Variant } from "../actors/site.ts";
import { startSupervisor } from "../actors/supervisor.ts";
import { checkHistory } from "../history/check-history.ts";
import type { ClientEvent, Violation } from "../history/history.ts";
import { openSite } from "../scenario/open-site.ts";
import { createRecord } from "../scenario/record.ts";
import { watchEnds } from "../scenario/watch-ends.ts";
import { FAULTS } from "../world/faults.ts";
import { createRandom } from "../world/random.ts";
import { letGo } from "../world/take-over-process.ts";
import type { Outside } from "../world/take-over-process.ts";
import { World } from "../world/world.ts";

/** The product on its simulated storage, with one client whose questions are always answered. */
export interface Real {
  readonly site: Site;
  readonly hosts: readonly [Host, ...Host[]];
  readonly caller: Caller;
  /** What the client asks, and all that must happen until it has its answer. Returns the answer. */
  ask(question: () => Promise<unknown>): Promise<ClientEvent>;
  advance(ms: number): Promise<void>;
  /** The next message that was worked on comes back nevertheless. */
  dropAck(): void;
  /** Lets everything end, and judges all that happened. */
  end(): Promise<Violation[]>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface RealOptions {
  readonly seed: number;
  readonly variant: Variant;
  readonly takeOver: (outside: Outside) => void;
}

export async function openReal({ seed, variant: product, takeOver }: RealOptions): Promise<Real> {
  const random = createRandom(seed);
  const world = new World(random, letGo);
  takeOver({ world, random });
  const record = createRecord();
  let acksToDrop = 0;
  const variant = { ...product, losesAck: () => acksToDrop > 0 && acksToDrop-- > 0 };
  const { site, hosts } = await openSite({ world, random, variant, record, never: FAULTS });
  const stopSupervisor = startSupervisor(site, hosts);
  const { clients, commits } = record;
  const caller: Caller = {
    site,
    hosts,
    life: world.startLife("client"),
    name: "client",
    known: new Map(),
    log: (event) => clients.push({ at: world.now, commits: commits.length, ...event }),
  };
  return {
    site,
    hosts,
    caller,
    async ask(question) {
      await world.run(HOUR_MS, () => hosts.every(({ up }) => up));
      const asked = { isAnswered: false };
      void question().then(() => (asked.isAnswered = true));
      await world.run(HOUR_MS, () => asked.isAnswered);
      const told = clients.at(-1);
      if (!asked.isAnswered || !told) throw new Error("Cannot go on: the client was never answered");
      return told;
    },
    advance: async (ms) => world.run(ms),
    dropAck: () => acksToDrop++,
    async end() {
      await world.run(DAY_MS, watchEnds(commits));
      stopSupervisor();
      await world.run(HOUR_MS);
      return checkHistory({ ...record, supervised: true, stepsMs: 2 * site.jobType.timeoutMs }).filter(
        ({ kind }) => kind !== "nothing happened",
      );
    },
  };
}
