import { MillraceError } from "../../../src/platform/errors.ts";
import { supervise } from "./functions.ts";
import type { Supervise } from "./functions.ts";
import type { Host } from "./host.ts";
import type { Site } from "./site.ts";

/** Between two passes: the timer of one instance, now and then of two or of none. */
const PERIOD_MS = 30_000;

/** Runs the product's supervisor, where there is one, until it is stopped. */
export function startSupervisor(site: Site, hosts: readonly Host[]): () => void {
  const { world, random } = site;
  let stopped = false;
  const beat = (pass: Supervise) => {
    if (stopped) return;
    world.after(PERIOD_MS, {
      life: undefined,
      label: "",
      run: () => {
        beat(pass);
        const chosen = hosts.filter(() => random.happens(1 / hosts.length));
        for (const host of chosen) sweep(site, host, pass);
      },
    });
  };
  if (supervise && site.variant.supervised) beat(supervise);
  return () => {
    stopped = true;
  };
}

function sweep(site: Site, host: Host, pass: Supervise): void {
  const { up } = host;
  if (!up) return;
  const { world } = site;
  const say = (line: string) => {
    world.note(up.life, `log: ${line}`);
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
