import type { World } from "../world/world.ts";
import type { Host } from "./host.ts";
import type { Site } from "./site.ts";
import { startSupervisor } from "./supervisor.ts";

const DAY_MS = 24 * 3_600_000;
/** Behind the end of all records that may go, of failed ones, and of what is left of both, by the default settings. */
const LATER_DAYS = [31, 150, 400];
/** Time for what comes due to be seen to. */
const MINUTES_MS = 300_000;

/** Lets a year and a half go by, with a look at what has come due now and then. */
export async function liveOn(site: Site, hosts: readonly Host[]): Promise<void> {
  for (const days of LATER_DAYS) {
    leap(site.world, days * DAY_MS);
    const stop = startSupervisor(site, hosts);
    await site.world.run(MINUTES_MS);
    stop();
    await site.world.run(MINUTES_MS);
  }
}

/** Nothing is under way, so that nobody misses the time in between. */
function leap(world: World, forMs: number): void {
  world.note(undefined, `${forMs / DAY_MS} days go by`);
  world.now += forMs;
}
