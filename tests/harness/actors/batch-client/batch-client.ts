import { drawBatch } from "../../batches/draw-batch.ts";
import type { PlannedBatch } from "../../batches/planned-batch.ts";
import type { RunAgain } from "../batch-doors.ts";
import type { Site } from "../site.ts";
import { cancel, read, runAgain, submit } from "./ask-of-batch.ts";
import { cancelOneJob, regenerateOneJob, replayOneJob } from "./ask-of-one-job.ts";
import type { BatchCaller } from "./batch-caller.ts";

export interface BatchClientOptions extends Pick<BatchCaller, "name" | "hosts" | "log"> {
  readonly batches: number;
  readonly again: Again;
  /** Told of each batch before it is asked for. */
  readonly plans: (plan: PlannedBatch) => void;
}

/** Whether a client has items run again that have ended; and their jobs by themselves, whatever the batch is at. */
export interface Again {
  readonly items: boolean;
  readonly jobs: boolean;
}

export interface BatchClient {
  /** Looks at all it knows of once more. */
  readAll(): Promise<void>;
  readonly finished: () => boolean;
}

/** A client that hears nothing asks so many times: then somebody was told of nearly every batch there is. */
const TRIES = 6;

type Dependents = readonly [RunAgain["dependents"], ...RunAgain["dependents"][]];
const DEPENDENTS: readonly [Dependents, ...Dependents[]] = [
  ["keep"],
  ["rerun_changed"],
  ["rerun_changed"],
  ["keep", "rerun_changed"],
];

/** Submits batches, again where it heard nothing; looks how they are, and now and then cancels one, or a job of one. */
export function startBatchClient(site: Site, { batches, again, plans, ...options }: BatchClientOptions): BatchClient {
  const { world, random } = site;
  const life = world.startLife(options.name);
  const caller: BatchCaller = { site, life, known: new Map(), ...options };
  let finished = false;
  const pause = async (ms: number) =>
    new Promise<void>((resolve) => {
      world.after(ms, { life, label: "", run: resolve });
    });
  const watch = async ({ name }: PlannedBatch) => {
    if (!caller.known.has(name)) return;
    const looks = (again.items || again.jobs ? 5 : 1) + random.below(6);
    // Who never wants others to run again is to see none that do.
    const dependents = random.pick(DEPENDENTS);
    const cancelsAt = random.happens(0.15) ? random.below(looks) : undefined;
    for (let look = 0; look < looks; look++) {
      await pause(random.pick([100, 2_000, 20_000]));
      if (look === cancelsAt) await cancel(caller, name);
      const { jobIds, ended } = await read(caller, name);
      // Now and then two at once: what depends on both is then to wait for both.
      const [first, ...others] = ended;
      for (let times = again.items ? random.pick([0, 0, 1, 1, 2]) : 0; first && times > 0; times--)
        await runAgain(caller, name, { key: random.pick([first, ...others]), dependents: random.pick(dependents) });
      if (again.jobs && random.happens(0.6))
        await random.pick([regenerateOneJob, regenerateOneJob, replayOneJob])(caller, { name, jobIds });
      if (random.happens(0.03)) await cancelOneJob(caller, { name, jobIds });
    }
  };
  const run = async () => {
    for (let number = 1; number <= batches; number++) {
      const plan = drawBatch(random, `${options.name}-${number}`);
      plans(plan);
      await pause(random.below(3_000));
      for (let tries = TRIES; tries > 0 && !(await submit(caller, plan)); tries--) await pause(random.below(5_000));
      await watch(plan);
    }
    finished = true;
  };
  world.after(0, { life, label: "begins", run: () => void run() });
  return {
    finished: () => finished,
    async readAll() {
      for (const name of caller.known.keys()) await read(caller, name);
    },
  };
}
