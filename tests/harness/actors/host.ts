import { createApp } from "../../../src/app.ts";
import type { App } from "../../../src/app.ts";
import { createUsageMeter } from "../../../src/models/usage-meter.ts";
import { createHttpClient } from "../storage/http-client.ts";
import type { Life } from "../world/world.ts";
import { createFakeModel } from "./fake-model.ts";
import { SETTINGS, createQueueFunctions } from "./functions.ts";
import { createItemType } from "./item-type.ts";
import { createJobType } from "./job-type.ts";
import { startListener } from "./listener.ts";
import type { Listener } from "./listener.ts";
import type { Site } from "./site.ts";

/** An instance of the app on its host: it answers requests and works on messages, dies, and starts anew. */
export interface Host {
  readonly name: string;
  /** Nothing while it is down. */
  readonly up: { readonly life: Life; readonly app: App } | undefined;
  /** Called when the life that is on ends. */
  onEnd(life: Life, then: () => void): void;
  crash(life: Life): void;
  /** Tells the life that is on to end, as a deployment does, and ends it when its time is over. */
  terminate(): void;
  /** There may be messages to fetch. */
  ring(): void;
}

export interface HostOptions {
  readonly name: string;
  /** How far its clock is off. */
  readonly skewMs: number;
}

interface Up {
  readonly life: Life;
  readonly app: App;
  readonly listeners: readonly Listener[];
}

export function createHost(site: Site, { name, skewMs }: HostOptions): Host {
  const { world, random, faults } = site;
  let up: Up | undefined;
  let endings: (() => void)[] = [];
  const start = () => {
    const life = world.startLife(name);
    world.current = life;
    world.note(life, "starts");
    const app = openApp(site, { life, skewMs, crash });
    const listeners = Object.entries(createQueueFunctions(app)).map(([queueName, work]) =>
      startListener(site, { life, queueName, work }),
    );
    up = { life, app, listeners };
  };
  const crash = (life: Life) => {
    if (!life.alive) return;
    site.died(life);
    world.endLife(life);
    if (up?.life === life) up = undefined;
    const ended = endings;
    endings = [];
    for (const then of ended) then();
    const downMs = faults.stopped ? random.pick([100, 3_000]) : random.pick([100, 3_000, 30_000]);
    world.after(downMs, { life: undefined, label: "", run: start });
  };
  world.after(0, { life: undefined, label: "", run: start });
  return {
    name,
    crash,
    get up() {
      return up;
    },
    onEnd(life, then) {
      if (life.alive) endings.push(then);
      else then();
    },
    terminate() {
      if (!up) return;
      const { life, app, listeners } = up;
      world.current = life;
      world.note(life, "is told to end");
      site.trouble(life);
      for (const listener of listeners) listener.stop();
      void app.shutdown.begin().then(() => {
        crash(life);
      });
    },
    ring() {
      for (const listener of up?.listeners ?? []) listener.ring();
    },
  };
}

interface OpenOptions {
  readonly life: Life;
  readonly skewMs: number;
  readonly crash: (life: Life) => void;
}

/** The app as `createApp` puts it together, on this run's storage, clock and model. */
function openApp(site: Site, { life, skewMs, crash }: OpenOptions): App {
  const { world, random, network, jobType, variant } = site;
  const exchange = network.exchangeFor(life);
  const httpClient = createHttpClient(async (sent) => exchange({ ...sent, wire: variant.request(sent.wire) }));
  const app = createApp(SETTINGS, [createJobType(jobType), createItemType(jobType, random)], httpClient);
  // In its place, since parts of the product know the app itself: what they are told is to come from here as well.
  Object.assign(app, {
    clock: { now: () => new Date(world.now + skewMs) },
    chance: random.next,
    createModel: () => ({
      meter: createUsageMeter("fake", undefined),
      askModel: createFakeModel(site, life, crash),
    }),
  } satisfies Partial<App>);
  return Object.assign(app, variant.app({ ...app }));
}
