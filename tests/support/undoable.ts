import type { Profile } from "../../src/profiles/define-profile.ts";
import type { StepContext } from "../../src/steps/step-context.ts";
import { echoProfile } from "./profiles.ts";
import type { EchoOptions } from "./profiles.ts";

type Context = StepContext<{ readonly text: string }, Readonly<Record<string, unknown>>>;

interface StepOfTest {
  readonly run?: (context: Context) => Promise<unknown>;
  readonly compensate?: (context: Context & { readonly output: unknown }) => Promise<void>;
}

/** A job type of several steps, in the order of the object, some of which can be taken back. */
export function undoableProfile(works: Readonly<Record<string, StepOfTest>>, options: EchoOptions = {}): Profile {
  const steps = Object.entries(works).map(
    ([name, { run = async () => `${name} is done`, compensate }]) =>
      ({ kind: "task", name, timeoutMs: 10_000, weight: 1, run, compensate }) as const,
  );
  return { ...echoProfile(undefined, options), steps: steps as unknown as Profile["steps"] };
}
