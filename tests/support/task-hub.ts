import type { App } from "../../src/app.ts";
import type { Orchestrated } from "../../src/jobs/orchestration/orchestrators/call-step.ts";
import { runJob } from "../../src/jobs/orchestration/orchestrators/run-job.ts";
import { runLane } from "../../src/jobs/orchestration/orchestrators/run-lane.ts";
import { RUN_JOB, RUN_LANE } from "../../src/jobs/orchestration/plan.ts";
import type { StepAnswer, StepCall } from "../../src/jobs/orchestration/plan.ts";
import { runStep } from "../../src/jobs/orchestration/run-step.ts";
import type { Orchestrations } from "../../src/platform/orchestrations.ts";
import { collectLog } from "./sinks.ts";

/** A task hub in this process, without histories or replays: the orchestrators run as they are, and timers fire at once. */
export interface TaskHub {
  readonly orchestrations: Orchestrations;
  /** The calls of the activity so far. */
  readonly calls: readonly StepCall[];
  /** Resolves when no orchestration has anything left that goes on by itself. Rejects with what one of them threw. */
  idle(): Promise<void>;
  /** Forgets all instances, as when the hub's storage is lost; what they are in the middle of comes to nothing. */
  forget(): void;
}

export interface TaskHubOptions {
  /** The app whose activity it calls, looked at with each call. */
  readonly app: () => App;
  /** Does a call of the activity, by default as the app does. */
  readonly carryOut?: (call: StepCall, run: (call: StepCall) => Promise<StepAnswer>) => Promise<StepAnswer>;
}

interface HubTask {
  readonly done: Promise<unknown>;
}

type Orchestrator = (context: never) => Orchestrated<unknown>;

const ORCHESTRATORS: Readonly<Record<string, Orchestrator>> = { [RUN_JOB]: runJob, [RUN_LANE]: runLane };

export function createTaskHub({ app, carryOut }: TaskHubOptions): TaskHub {
  const instances = new Map<string, { state: "alive" | "gone"; readonly ended: Promise<unknown> }>();
  const calls: StepCall[] = [];
  const run = async (call: StepCall): Promise<StepAnswer> => runStep(app(), call, collectLog().sink);

  async function callActivity(call: StepCall): Promise<StepAnswer> {
    calls.push(call);
    return carryOut ? carryOut(call, run) : run(call);
  }

  async function orchestrate(name: string, input: unknown, isForgotten: () => boolean): Promise<unknown> {
    let next: unknown;
    const df = {
      currentUtcDateTime: new Date(),
      getInput: () => wire(input),
      callActivity: (_name: string, call: StepCall) => ({ done: callActivity(wire(call)).then(wire) }),
      createTimer: () => ({ done: Promise.resolve() }),
      callSubOrchestrator: (other: string, given: unknown) => ({ done: orchestrate(other, given, isForgotten) }),
      continueAsNew: (given: unknown) => (next = given),
      Task: {
        all: (tasks: readonly HubTask[]) => ({ done: Promise.all(tasks.map(async ({ done }) => done)) }),
      },
    };
    const generator = ORCHESTRATORS[name]?.({ df } as never);
    if (!generator) throw new Error(`There is no orchestrator "${name}"`);
    const output = await drive(generator, isForgotten);
    return next === undefined ? wire(output) : orchestrate(name, next, isForgotten);
  }

  return {
    calls,
    orchestrations: {
      async start({ name, id, input }) {
        if (instances.get(id)?.state === "alive") return;
        const instance = { state: "alive" as "alive" | "gone", ended: Promise.resolve() as Promise<unknown> };
        instances.set(id, instance);
        const ended = orchestrate(name, input, () => instances.get(id) !== instance).finally(() => {
          instance.state = "gone";
        });
        ended.catch(() => undefined); // `idle()` tells of it.
        Object.assign(instance, { ended });
      },
      state: async (id) => instances.get(id)?.state ?? "gone",
      raise: async () => undefined,
      terminate: async (id) => {
        instances.delete(id);
      },
      purgeBefore: async () => 0,
    },
    async idle() {
      await Promise.all([...instances.values()].map(async ({ ended }) => ended));
    },
    forget() {
      instances.clear();
    },
  };
}

async function drive(generator: Orchestrated<unknown>, isForgotten: () => boolean): Promise<unknown> {
  for (let step = generator.next(); ;) {
    if (step.done) return step.value;
    const settled = await settle(step.value as unknown as HubTask);
    if (isForgotten()) return undefined;
    step = "thrown" in settled ? generator.throw(settled.thrown) : generator.next(settled.value);
  }
}

async function settle({ done }: HubTask): Promise<{ readonly value: unknown } | { readonly thrown: unknown }> {
  try {
    return { value: await done };
  } catch (thrown) {
    return { thrown };
  }
}

/** As it would come out of a history. */
function wire<Value>(value: Value): Value {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as Value);
}
