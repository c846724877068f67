import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { MillraceError } from "../../src/platform/errors.ts";
import { runSteps } from "../../src/steps/run-steps.ts";
import type { RunState, RunStepsOptions } from "../../src/steps/run-steps.ts";
import type { StepContext, StepServices } from "../../src/steps/step-context.ts";
import type { TaskStep } from "../../src/steps/task.ts";

const NOW = new Date("2026-01-02T03:04:05.000Z");
const services = {} as StepServices;

interface Run {
  readonly states: readonly RunState[];
  readonly result: Promise<unknown>;
}

function run(steps: readonly TaskStep[], options: Partial<RunStepsOptions> = {}): Run {
  const states: RunState[] = [];
  const result = runSteps(steps, {
    jobId: "job_1",
    payload: { text: "hi" },
    services,
    clock: { now: () => NOW },
    abortSignal: new AbortController().signal,
    finished: [],
    onMove: (state) => states.push(state),
    onFinished: async () => undefined,
    ...options,
  });
  return { states, result };
}

const aStep = (name: string, work: TaskStep["run"], fields: Partial<TaskStep> = {}): TaskStep => ({
  kind: "task",
  name,
  timeoutMs: 10_000,
  weight: 1,
  run: work,
  ...fields,
});
const forever = async () => new Promise<never>(() => undefined);
const statuses = (state: RunState | undefined) => state?.steps.map(({ status }) => status);

describe("runSteps()", () => {
  it("runs the steps in order; each sees the payload and what those before it returned", async () => {
    const seen: unknown[] = [];
    const look = (returned: unknown) => async (context: StepContext<unknown, unknown>) => {
      seen.push([context.jobId, context.payload, context.outputs]);
      return returned;
    };
    const { result } = run([aStep("a", look(1)), aStep("b", look(undefined)), aStep("c", look("end"))]);
    expect(await result).toBe("end");
    const payload = { text: "hi" };
    expect(seen).toEqual([
      ["job_1", payload, {}],
      ["job_1", payload, { a: 1 }],
      ["job_1", payload, { a: 1, b: undefined }],
    ]);
  });

  it("tells of every move, with the times of each step", async () => {
    const { states, result } = run([aStep("a", async () => 1), aStep("b", async () => 2)]);
    await result;
    expect(states.map(statuses)).toEqual([
      ["running", "pending"],
      ["completed", "pending"],
      ["completed", "running"],
      ["completed", "completed"],
    ]);
    expect(states.at(-1)).toMatchObject({ fraction: 1, step: "b" });
    expect(states.at(-1)?.steps[0]).toEqual({ name: "a", status: "completed", startedAt: NOW, endedAt: NOW });
  });

  it("begins behind the steps that are finished, with their outputs, times and share of the progress", async () => {
    const seen: unknown[] = [];
    const look = async ({ outputs, progress }: StepContext<unknown, unknown>) => {
      seen.push(outputs);
      progress(0.5);
      return "now";
    };
    const finished = [{ name: "a", output: "before", startedAt: NOW, endedAt: NOW }];
    const steps = [aStep("a", forever, { weight: 2 }), aStep("b", look), aStep("c", look)];
    const { states, result } = run(steps, { finished });
    await result;
    expect(seen).toEqual([{ a: "before" }, { a: "before", b: "now" }]);
    expect(states[0]?.steps[0]).toEqual({ name: "a", status: "completed", startedAt: NOW, endedAt: NOW });
    expect(states.map(({ fraction }) => fraction)).toEqual([0.5, 0.625, 0.75, 0.75, 0.875, 1]);
  });

  it("waits until a finished step is taken down before the next begins; the last needs none", async () => {
    const order: string[] = [];
    const note = (text: string) => async () => order.push(text);
    const { result } = run([aStep("a", note("a")), aStep("b", note("b"))], {
      onFinished: async ({ name, output }) => {
        await new Promise(setImmediate);
        order.push(`${name} returned ${String(output)}`);
      },
    });
    await result;
    expect(order).toEqual(["a", "a returned 1", "b"]);
  });

  it("ends with what taking a step down throws; the step has not failed, and none begins", async () => {
    const reason = new Error("the process ends");
    const { states, result } = run([aStep("a", async () => 1), aStep("b", async () => 2)], {
      onFinished: async () => Promise.reject(reason),
    });
    await expect(result).rejects.toBe(reason);
    expect(statuses(states.at(-1))).toEqual(["completed", "pending"]);
  });

  it("refuses an output that cannot be kept; what the last returns is for others to judge", async () => {
    const bytes = async () => Buffer.from("x");
    const { states, result } = run([aStep("a", bytes), aStep("b", bytes)]);
    await expect(result).rejects.toMatchObject({ code: "OUTPUT_INVALID", details: { step: "a", found: "Buffer" } });
    expect(statuses(states.at(-1))).toEqual(["failed", "pending"]);
    expect(await run([aStep("b", bytes)]).result).toEqual(Buffer.from("x"));
  });

  it("never changes a state that it has told", async () => {
    const { states, result } = run([aStep("a", async () => 1)]);
    const first = states[0];
    const before = structuredClone(first);
    await result;
    expect(first).toEqual(before);
  });

  it("counts progress by the steps' weights", async () => {
    const half = async ({ progress }: StepContext<unknown, unknown>) => {
      progress(0.5, "half");
    };
    const { states, result } = run([aStep("light", half), aStep("heavy", half, { weight: 3 })]);
    await result;
    expect(states.map(({ fraction }) => fraction)).toEqual([0, 0.125, 0.25, 0.25, 0.625, 1]);
    expect(states[1]).toMatchObject({ step: "light", message: "half" });
  });

  it("never goes back and never leaves 0 to 1, whatever the steps report", async () => {
    const numbers = fc.array(fc.oneof(fc.constant(Number.NaN), fc.double(), fc.double({ min: 0, max: 1 })), {
      maxLength: 8,
    });
    const weight = fc.double({ min: 0.01, max: 100, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(numbers, weight), { minLength: 1, maxLength: 4 }), async (plan) => {
        const steps = plan.map(([reports, share], index) =>
          aStep(
            `s${index}`,
            async ({ progress }) => {
              for (const fraction of reports) progress(fraction);
            },
            { weight: share },
          ),
        );
        const { states, result } = run(steps);
        await result;
        const fractions = states.map(({ fraction }) => fraction);
        expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1.000_000_001)).toBe(true);
        for (const [index, fraction] of fractions.entries())
          expect(fraction).toBeGreaterThanOrEqual((fractions[index - 1] ?? 0) - 1e-9);
        expect(fractions.at(-1)).toBeCloseTo(1, 9);
      }),
    );
  });

  it("hears nothing of a step that has ended", async () => {
    let late: (fraction: number) => void = () => undefined;
    const { states, result } = run([
      aStep("a", async ({ progress }) => {
        late = progress;
      }),
      aStep("b", async () => {
        late(0.9);
      }),
    ]);
    await result;
    late(0.9);
    expect(states.map(statuses)).toEqual([
      ["running", "pending"],
      ["completed", "pending"],
      ["completed", "running"],
      ["completed", "completed"],
    ]);
  });

  it.each([
    ["rejects", async () => Promise.reject(new MillraceError("PDF_ENCRYPTED", "locked"))],
    [
      "throws before it returns a promise",
      () => {
        throw new MillraceError("PDF_ENCRYPTED", "locked");
      },
    ],
  ])("ends with what a step throws when it %s, and runs none after it", async (_, work) => {
    let ran = false;
    const after = aStep("b", async () => {
      ran = true;
    });
    const { states, result } = run([aStep("a", work), after]);
    await expect(result).rejects.toMatchObject({ code: "PDF_ENCRYPTED" });
    expect(statuses(states.at(-1))).toEqual(["failed", "pending"]);
    expect(states.at(-1)?.steps[0]).toMatchObject({ startedAt: NOW, endedAt: NOW });
    expect(ran).toBe(false);
  });

  it("tells what a failed step has left at work to stop: nobody waits for it any more", async () => {
    const failure = new MillraceError("PROVIDER_THROTTLED", "slow down");
    const stopped = new Promise<unknown>((resolve) => {
      const work = async ({ abortSignal }: StepContext<unknown, unknown>) => {
        abortSignal.addEventListener("abort", () => {
          resolve(abortSignal.reason);
        });
        await Promise.all([forever(), Promise.reject(failure)]);
      };
      run([aStep("a", work)]).result.catch(() => undefined);
    });
    expect(await stopped).toBe(failure);
  });

  it("fails with what a step throws before it returns a promise", async () => {
    const work = (): never => {
      throw new TypeError("at once");
    };
    await expect(run([aStep("a", work)]).result).rejects.toThrow("at once");
    await new Promise(setImmediate); // An unhandled rejection would end the run here.
  });

  it("ends a step whose time is over, even if it does not listen, and tells it to stop", async () => {
    let signal: AbortSignal | undefined;
    const deaf = async (context: StepContext<unknown, unknown>) => {
      signal = context.abortSignal;
      return forever();
    };
    const { states, result } = run([aStep("slow", deaf, { timeoutMs: 20 })]);
    await expect(result).rejects.toMatchObject({ code: "STEP_TIMEOUT", kind: "transient", details: { step: "slow" } });
    expect(signal?.aborted).toBe(true);
    expect(statuses(states.at(-1))).toEqual(["failed"]);
  });

  it("ends with the signal's reason when the job must stop, even if the step does not listen", async () => {
    const abort = new AbortController();
    const reason = new MillraceError("LEASE_LOST", "taken");
    const { states, result } = run([aStep("a", forever)], { abortSignal: abort.signal });
    abort.abort(reason);
    await expect(result).rejects.toBe(reason);
    expect(statuses(states.at(-1))).toEqual(["failed"]);
  });

  it("does no work for a job that must stop already", async () => {
    let ran = false;
    const work = async () => {
      ran = true;
    };
    const reason = new MillraceError("LEASE_LOST", "taken");
    await expect(run([aStep("a", work)], { abortSignal: AbortSignal.abort(reason) }).result).rejects.toBe(reason);
    expect(ran).toBe(false);
  });

  it("gives a step no signal of a step before it", async () => {
    const signals: AbortSignal[] = [];
    const look = async ({ abortSignal }: StepContext<unknown, unknown>) => {
      signals.push(abortSignal);
    };
    await run([aStep("a", look), aStep("b", look)]).result;
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    expect(signals[0]).not.toBe(signals[1]);
  });

  it("lets go of what the steps returned: a worker lives long", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    let held = 0;
    const registry = new FinalizationRegistry(() => (held -= 1));
    const make = async () => {
      const output = { bytes: Buffer.alloc(1024) };
      registry.register(output, undefined);
      held += 1;
      return output;
    };
    for (let job = 0; job < 20; job++) await run([aStep("a", make)]).result;
    // The last may still stand on the stack.
    for (let turn = 0; turn < 200 && held > 1; turn++) {
      collect();
      await new Promise(setImmediate);
    }
    expect(held).toBeLessThanOrEqual(1);
  });
});
