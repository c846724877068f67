import type { Container } from "../../platform/blobs.ts";
import { InvariantError, MillraceError } from "../../platform/errors.ts";
import type { MapStep } from "../../steps/map.ts";
import type { Artifact, Content, Usage } from "../life/job.ts";
import { addUsage } from "../life/usage.ts";
import { readContent } from "../store/content.ts";
import type { Part } from "../store/part.ts";
import { finishStep } from "./finish-step.ts";
import type { StepAnswer } from "./plan.ts";
import { loadInputs } from "./step-inputs.ts";
import { recordOf } from "./step-records.ts";
import { DONE, mapOf } from "./step-run.ts";
import type { StepRun } from "./step-run.ts";
import { endTry } from "./step-tries.ts";

/** Makes one output of what the parts of a map have returned, in the order of their items. */
export async function closeMap(run: StepRun<MapStep>): Promise<StepAnswer> {
  const { deps, held, step } = run;
  const { status, parts: count = 0, usageBefore } = recordOf(held.job, step.name);
  if (status === "completed") return DONE;
  const parts = (await deps.parts.list(mapOf(run))).slice(0, count);
  const usage = usageOf(parts, usageBefore);
  try {
    const inputs = await loadInputs(run);
    if ("outcome" in inputs) return inputs;
    const output = await readInOrder(deps.content, parts.map(outputOf));
    const artifacts = parts.flatMap((part) => part.artifacts ?? []);
    requireOwnNames(step.name, [...inputs.artifacts, ...artifacts]);
    return await finishStep(run, { output, artifacts, artifactsBefore: inputs.artifacts, usage });
  } catch (thrown) {
    return endTry(run, thrown, usage);
  }
}

/** What a job has used whose map has these parts, so far. */
export function usageOf(parts: readonly Part[], before: Usage | undefined): Usage | undefined {
  return parts.reduce((sum, part) => addUsage(sum, part.usage), before);
}

function outputOf({ index, output }: Part): Content {
  if (output) return output;
  throw new InvariantError("9d40e7b3", `Cannot close a map whose part ${index} is not done`);
}

/** Blobs at one time: most outputs stand in their rows. */
const BLOBS_AT_ONCE = 16;

async function readInOrder(container: Container, contents: readonly Content[]): Promise<unknown[]> {
  const values: unknown[] = [];
  for (let first = 0; first < contents.length; first += BLOBS_AT_ONCE) {
    const some = contents.slice(first, first + BLOBS_AT_ONCE);
    values.push(...(await Promise.all(some.map(async (content) => readContent(container, content)))));
  }
  return values;
}

/** Parts know nothing of each other, so it is here that two are found to have stored under one name. */
function requireOwnNames(step: string, artifacts: readonly Artifact[]): void {
  const names = artifacts.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new MillraceError("OUTPUT_INVALID", `Cannot keep two artifacts named "${twice}"`, { details: { step } });
}
