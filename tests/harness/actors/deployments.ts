import type { Host } from "./host.ts";
import type { Site } from "./site.ts";

/** In every other run, now and then an instance is told to end, until this is stopped. */
export function startDeployments({ world, random }: Site, hosts: readonly [Host, ...Host[]]): () => void {
  let stopped = false;
  const next = () => {
    world.after(random.pick([2_000, 15_000, 60_000]), {
      life: undefined,
      label: "",
      run: () => {
        if (stopped) return;
        random.pick(hosts).terminate();
        next();
      },
    });
  };
  if (random.happens(0.5)) next();
  return () => {
    stopped = true;
  };
}
