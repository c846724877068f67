import { MillraceError } from "../../../src/platform/errors.ts";
import { supervise } from "./functions.ts";
import type { Supervise } from "./functions.ts";
import type { Host } from "./host.ts";
import type { Site } from "./site.ts";

/** Between two passes: the timer of one instance, now and then of two or of none. */
const PERIOD_MS = 30_000;

/** Runs the product's supervisor, where there is one, until it is stopped. */
export function startSupervisor(site: Site, hosts: readonly Host[]): () => void {
  const { world } = site;
  let stopped = false;
  const beat = (pass: Supervise) => {
    if (stopped) return;
    world.after(PERIOD_MS, {
      life: undefined,
      label: "",
      run: () => {
        beat(pass);
        if (site.isAnythingDue()) for (const host of chosenOf(site, hosts)) sweep(site, host, pass);
      },
    });
  };
  if (supervise && site.variant.supervised) beat(supervise);
  return () => {
    stopped = true;
  };
}

/** Where all goes well, there is one at least. */
function chosenOf({ random, faults }: Site, hosts: readonly Host[]): readonly Host[] {
  const up = hosts.filter((host) => host.up);
  const chosen = up.filter(() => random.happens(1 / hosts.length));
  return chosen.length === 0 && faults.stopped ? up.slice(0, 1) : chosen;
}

function sweep(site: Site, { up }: Host, pass: Supervise): void {
  if (!up) return;
  const { world } = site;
  const say = (line: string) => {
    site.heard(up.life, line);
  };
  world.after(0, {
    life: up.life,
    label: "sweeps",
    run: () => {
      pass(up.app, { info: say, warn: say, error: say }).catch((thrown: unknown) => {
        const expected = thrown instanceof MillraceError && thrown.code === "STORAGE_UNAVAILABLE";
        if (!expected) site.surprise(`The supervisor threw ${String(thrown)}`);
      });
    },
  });
}
