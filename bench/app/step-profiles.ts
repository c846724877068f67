import { z } from "zod";
import { defineProfile } from "../../src/profiles/define-profile.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";

/** Steps of a job whose lanes are compared: enough for what a job costs beside its steps not to hide what a step costs. */
export const STEPS = 10;
const TIMEOUT = { timeoutMs: 10_000 };

const facts = {
  version: 1,
  title: "Steps",
  description: "Counts",
  durationClass: "seconds",
  capability: "documents",
  modes: ["async"],
  payload: z.strictObject({ count: z.int() }),
  result: z.object({ count: z.int() }),
} as const;

const example = (count: number) => [{ name: "counts", payload: { count } }] as const;

/** Ten steps that do nothing: on the queue worker, and led by an orchestration. */
export const queueSteps = stepsProfile("queue-steps", false);
export const ledSteps = stepsProfile("led-steps", true);

function stepsProfile(id: string, orchestrated: boolean): Profile {
  return defineProfile({
    ...facts,
    id,
    orchestrated,
    examples: example(1),
    steps: (start) => {
      const pass = async ({ payload: { count } }: { readonly payload: { readonly count: number } }) =>
        Promise.resolve({ count });
      let steps = start.step("step-1", TIMEOUT, pass);
      for (let step = 2; step <= STEPS; step++) steps = steps.step(`step-${step}`, TIMEOUT, pass);
      return steps;
    },
  });
}

/** As many parts as the payload says, and a step that looks at what they returned. */
export const fanOut = defineProfile({
  ...facts,
  id: "fan-out",
  examples: example(3),
  steps: (start) =>
    start
      .map(
        "parts",
        {
          ...TIMEOUT,
          maxParallel: 8,
          items: ({ payload }) => Array.from({ length: payload.count }, (_, index) => index),
        },
        async ({ item }) => Promise.resolve(item),
      )
      .step("merge", TIMEOUT, async ({ outputs }) => Promise.resolve({ count: outputs.parts.length })),
});
