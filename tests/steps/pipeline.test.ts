import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { startPipeline } from "../../src/steps/pipeline.ts";
import type { Pipeline } from "../../src/steps/pipeline.ts";
import { stepProblems } from "../../src/steps/step-problems.ts";
import { limitMs } from "../../src/steps/step.ts";
import type { Step } from "../../src/steps/step.ts";

const timeoutMs = 5;

/** One step of each kind; what each is given is what the ones before it returned, for the compiler as well. */
function everyKind(): Pipeline<{ texts: string[] }, unknown, { total: number }> {
  return startPipeline<{ texts: string[] }>()
    .step("split", { timeoutMs, weight: 2 }, async ({ payload }) => payload.texts.map((text) => ({ text })))
    .compensate(async ({ output }) => {
      output.map(({ text }) => text.length);
    })
    .map(
      "count",
      { timeoutMs, maxParallel: 4, items: ({ outputs }) => outputs.split },
      async ({ item }) => item.text.length,
    )
    .compensate(async ({ output }) => {
      output.map((length) => length.toFixed(0));
    })
    .approval("go", {
      timeoutMs: 60_000,
      onTimeout: "reject",
      show: ({ outputs }) => ({ title: `${outputs.count.length} texts` }),
    })
    .poll("ready", { everyMs: 10, deadlineMs: 1000, timeoutMs }, async ({ outputs }) =>
      outputs.go.votes.length > 0 ? { done: true, output: 7 } : { done: false, message: "not yet" },
    )
    .compensate(async ({ output, outputs }) => {
      outputs.count.concat(output.valueOf());
    })
    .call("ask", {
      worker: "n8n",
      request: ({ outputs }) => ({ days: outputs.ready }),
      answer: z.object({ total: z.int() }),
      deadlineMs: 1000,
    })
    .compensate(async ({ output }) => {
      output.total.toFixed(0);
    });
}

describe("startPipeline()", () => {
  it("keeps steps in order, and gives a step the weight 1 if nobody says more", () => {
    const { steps } = everyKind();
    expect(steps.map(({ kind, name, weight }) => [kind, name, weight])).toEqual([
      ["task", "split", 2],
      ["map", "count", 1],
      ["approval", "go", 1],
      ["poll", "ready", 1],
      ["call", "ask", 1],
    ]);
    expect(steps).toMatchObject([{}, {}, { quorum: 1, allowSelf: false }, { backoff: 1 }, { pollEveryMs: 15_000 }]);
    expect(steps.map(limitMs)).toEqual([5, 5, 60_000, 1000, 1000]);
  });

  it("leaves a pipeline as it is when a step is added behind it", () => {
    const begun = startPipeline<object>().step("a", { timeoutMs }, async () => 1);
    begun.step("b", { timeoutMs }, async ({ outputs }) => outputs.a + 1);
    expect(begun.steps).toHaveLength(1);
  });

  it("gives the way back to the step before it, and refuses one for what does nothing", () => {
    const begun = startPipeline<object>().step("a", { timeoutMs }, async () => 1);
    const taken = async () => undefined;
    const withWay = everyKind().steps.filter((step) => "compensate" in step);
    expect(withWay.map(({ kind }) => kind)).toEqual(["task", "map", "poll", "call"]);
    expect(begun.compensate(taken).steps).toMatchObject([{ name: "a", compensate: taken }]);
    expect(begun.steps[0]).not.toHaveProperty("compensate");
    expect(() => startPipeline<object>().compensate(taken)).toThrow("Cannot compensate what does nothing");
    const options = { timeoutMs, onTimeout: "reject", show: () => ({ title: "" }) } as const;
    expect(() => begun.approval("go", options).compensate(taken)).toThrow("Cannot compensate what does nothing");
  });
});

describe("stepProblems()", () => {
  const [split, count, go, ready, ask] = everyKind().steps;

  it("finds nothing wrong with steps as they should be", () => {
    expect(everyKind().steps.flatMap(stepProblems)).toEqual([]);
  });

  it.each([
    [split, { timeoutMs: 2 ** 31 }, "2^31 ms"],
    [split, { weight: Number.NaN }, "a weight above 0"],
    [count, { maxParallel: 0 }, "maxParallel"],
    [count, { timeoutMs: -1 }, "a timeout above 0"],
    [go, { quorum: 1.5 }, "quorum"],
    [go, { timeoutMs: 0 }, "times above 0"],
    [go, { escalateAfterMs: 60_000 }, "escalates after its time is over"],
    [ready, { everyMs: 0 }, "times above 0"],
    [ready, { backoff: 0.5 }, "a backoff of 1 or more"],
    [ask, { deadlineMs: Infinity }, "below ten years"],
    [ask, { worker: "Somebody" }, "a worker's name"],
  ])("finds what is wrong with %#", (step, fields, problem) => {
    expect(stepProblems({ ...step, ...fields } as Step)).toEqual([expect.stringContaining(problem)]);
  });
});
