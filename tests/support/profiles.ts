import { z } from "zod";
import { MillraceError } from "../../src/platform/errors.ts";
import { defineProfile } from "../../src/profiles/define-profile.ts";
import type { Profile } from "../../src/profiles/define-profile.ts";
import type { StepContext } from "../../src/steps/step-context.ts";

type Echo = { readonly text: string };
type EchoWork = (context: StepContext<Echo, unknown>) => Promise<unknown>;

export interface EchoOptions {
  readonly maxAttempts?: number;
  readonly timeoutMs?: number;
}

/** A job type whose one step does what the test says, by default giving its payload back. */
export function echoProfile(
  work: EchoWork = async ({ payload }) => payload,
  { maxAttempts = 4, timeoutMs = 10_000 }: EchoOptions = {},
): Profile {
  return defineProfile({
    id: "echo",
    version: 1,
    title: "Echo",
    description: "Gives its payload back",
    durationClass: "seconds",
    capability: "documents",
    modes: ["async"],
    maxAttempts,
    payload: z.strictObject({ text: z.string() }),
    result: z.object({ text: z.string() }),
    examples: [{ name: "hello", payload: { text: "hello" } }],
    steps: (start) => start.step("echo", { timeoutMs }, async (context) => (await work(context)) as Echo),
  });
}

/** The same, but it refuses for good a text that begins with "bad". */
export function pickyProfile(work: EchoWork = async ({ payload }) => payload): Profile {
  return echoProfile(async (context) => {
    const { text } = context.payload;
    if (text.startsWith("bad")) throw new MillraceError("PDF_ENCRYPTED", `The file "${text}" is locked`);
    return work(context);
  });
}

type Work = (context: StepContext<Echo, Readonly<Record<string, unknown>>>) => Promise<unknown>;

/** A job type of several steps, in the order of the object; they do what the test says. */
export function relayProfile(works: Readonly<Record<string, Work>>, { maxAttempts = 4 }: EchoOptions = {}): Profile {
  const steps = Object.entries(works).map(
    ([name, work]) => ({ kind: "task", name, timeoutMs: 10_000, weight: 1, run: work }) as const,
  );
  return { ...echoProfile(undefined, { maxAttempts }), steps };
}
