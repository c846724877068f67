import { isTerminal } from "../../../../src/jobs/life/lifecycle.ts";
import type { Host } from "../host.ts";
import type { Site } from "../site.ts";
import type { Caller, Unlogged } from "./caller.ts";
import { cancel } from "./cancel.ts";
import { read } from "./read.ts";
import { regenerate } from "./regenerate.ts";
import { remove } from "./remove.ts";
import { submit } from "./submit.ts";
import { ownWish, sharedWish } from "./wish.ts";
import type { Wish } from "./wish.ts";

export interface ClientOptions {
  readonly name: string;
  readonly hosts: readonly [Host, ...Host[]];
  readonly jobs: number;
  readonly log: (event: Unlogged) => void;
}

export interface Client {
  /** Asks once more for everything it knows of. */
  readAll(): Promise<void>;
  readonly finished: () => boolean;
}

/** Submits jobs one after the other, with keys and without, again where it heard nothing; looks how they are, cancels them and has them done again. */
export function startClient(site: Site, { jobs, ...options }: ClientOptions): Client {
  const { world, random } = site;
  const life = world.startLife(options.name);
  const caller: Caller = { site, life, known: new Map(), ...options };
  let finished = false;
  const pause = async (ms: number) =>
    new Promise<void>((resolve) => {
      world.after(ms, { life, label: "", run: resolve });
    });
  const readAll = async () => {
    for (const jobId of [...caller.known.keys()]) await read(caller, jobId);
  };
  const insist = async (wish: Wish) => {
    // Without a key, a second try would ask for a second job.
    for (let tries = wish.key === undefined ? 1 : 1 + random.below(4); tries > 0; tries--) {
      const accepted = await submit(caller, wish);
      if (accepted && random.happens(0.8)) return;
      await pause(random.below(5_000));
    }
  };
  const run = async () => {
    for (let number = 1; number <= jobs; number++) {
      const isShared = random.happens(0.3);
      // Those who want the same often want it at the same time.
      await pause(isShared && random.happens(0.5) ? 1_000 - (world.now % 1_000) : random.below(3_000));
      const wish = isShared ? sharedWish(number) : ownWish(random, { name: options.name, number, now: world.now });
      await insist(wish);
      if (wish.key !== undefined && random.happens(0.1))
        await submit(caller, { ...wish, text: `${wish.text}, forged by ${options.name}` });
      for (let acts = random.below(4); acts > 0; acts--) {
        await pause(random.pick([100, 1_000, 20_000]));
        await actOnJob(caller, readAll);
      }
    }
    finished = true;
  };
  world.after(0, { life, label: "begins", run: () => void run() });
  return { readAll, finished: () => finished };
}

async function actOnJob(caller: Caller, readAll: () => Promise<void>): Promise<void> {
  const { random } = caller.site;
  const act = random.pick([undefined, cancel, cancel, regenerate, regenerate, remove]);
  if (!act || random.happens(0.3)) await readAll();
  const wantsEnded = act !== cancel;
  const jobs = [...caller.known].filter(([, { phase }]) => isTerminal(phase) === wantsEnded || random.happens(0.2));
  const [first, ...others] = jobs.map(([jobId]) => jobId);
  if (act && first !== undefined) await act(caller, random.pick([first, ...others]));
}
